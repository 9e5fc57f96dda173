/** What the model may know before a flight leaves; the last three are yesterday's late rates. */
export const features = ['hour', 'weekday', 'distance', 'network_late', 'origin_late', 'destination_late'];

/**
 * Features of flights: the clock, the distance, and how late the network, the origin and the destination were the day
 * before (the airports' rates are drawn towards 0.2 by ten flights, for small airports). `late` is more than 15 minutes.
 */
export function featureSql(table: string): string {
  return `
    with flown as (
      select date, distance, origin, destination, cast(delay > 15 as integer) as late, cast(date as date) as day from ${table}
    ),
    network as (select day + 1 as day, avg(late) as rate from flown group by 1),
    origins as (select origin as airport, day + 1 as day, (sum(late) + 2) / (count(*) + 10.0) as rate from flown group by all),
    destinations as (
      select destination as airport, day + 1 as day, (sum(late) + 2) / (count(*) + 10.0) as rate from flown group by all
    )
    select
      flown.date,
      extract(hour from flown.date) + extract(minute from flown.date) / 60.0 as hour,
      cast(extract(isodow from flown.date) as double) as weekday,
      cast(flown.distance as double) as distance,
      coalesce(network.rate, 0.2) as network_late,
      coalesce(origins.rate, 0.2) as origin_late,
      coalesce(destinations.rate, 0.2) as destination_late,
      flown.late
    from flown
    left join network on network.day = flown.day
    left join origins on origins.airport = flown.origin and origins.day = flown.day
    left join destinations on destinations.airport = flown.destination and destinations.day = flown.day`;
}
