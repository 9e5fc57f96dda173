import { Link } from '@tanstack/react-router';

/** What is shown at an address that leads nowhere. */
export function NotFound() {
  return (
    <section>
      <h1>Nothing here</h1>
      <p>
        This address leads nowhere. <Link to="/">Go home</Link>.
      </p>
    </section>
  );
}
