import time

import mlflow
from harness import check, equal, eventually, holds, refused


def traced(world, name="answer", **attributes):
    """One trace of three spans; its id."""

    @mlflow.trace(span_type="TOOL")
    def look_up(word):
        return f"{word}: 世界"

    @mlflow.trace(name=name, span_type="CHAIN", attributes={"kind": "demo", **attributes})
    def answer(question):
        with mlflow.start_span("think") as span:
            span.set_inputs({"question": question})
            span.set_attribute("tokens", 7)
            span.set_outputs({"ok": True})
        return look_up(question)

    equal(answer("Grüße"), "Grüße: 世界")
    trace_id = mlflow.get_last_active_trace_id()
    mlflow.flush_trace_async_logging()
    return trace_id


def stored(trace_id, spans=3):
    """The trace as the server has it, once it has all of it."""

    def look():
        trace = mlflow.get_trace(trace_id)
        return trace if trace and len(trace.data.spans) == spans else None

    return eventually(f"trace {trace_id}", look)


@check("@mlflow.trace: spans with inputs, outputs, attributes and parents", since=3)
def decorated(world):
    made = world.experiment()
    trace = stored(traced(world))
    equal(trace.info.experiment_id, made)
    equal(trace.info.state.value, "OK")
    holds(trace.info.trace_id.startswith("tr-") and trace.info.execution_duration >= 0, str(trace.info))
    spans = {one.name: one for one in trace.data.spans}
    equal(set(spans), {"answer", "think", "look_up"})
    equal(spans["think"].parent_id, spans["answer"].span_id)
    equal(spans["answer"].parent_id, None)
    equal((spans["think"].inputs, spans["think"].outputs), ({"question": "Grüße"}, {"ok": True}))
    equal(spans["think"].get_attribute("tokens"), 7)
    equal((spans["answer"].span_type, spans["answer"].get_attribute("kind")), ("CHAIN", "demo"))
    holds("Grüße" in trace.info.request_preview and "世界" in trace.info.response_preview, "previews")


@check("an exception is an event of its span, and the trace's state", since=3)
def failing(world):
    world.experiment()

    @mlflow.trace
    def break_it():
        raise ValueError("kaputt")

    try:
        break_it()
    except ValueError:
        pass
    trace_id = mlflow.get_last_active_trace_id()
    mlflow.flush_trace_async_logging()
    trace = stored(trace_id, 1)
    equal(trace.info.state.value, "ERROR")
    span = trace.data.spans[0]
    equal(span.status.status_code.value, "ERROR")
    equal(span.events[0].name, "exception")
    holds("kaputt" in span.events[0].attributes["exception.message"], str(span.events))


@check("tags of a trace, and its deletion", since=3)
def tags(world):
    made = world.experiment()
    client = world.client
    trace_id = traced(world)
    stored(trace_id)
    mlflow.set_trace_tag(trace_id, "reviewed", "ja")
    equal(mlflow.get_trace(trace_id).info.tags["reviewed"], "ja")
    mlflow.delete_trace_tag(trace_id, "reviewed")
    holds("reviewed" not in mlflow.get_trace(trace_id).info.tags, "deleted")
    equal(client.delete_traces(made, trace_ids=[trace_id]), 1)
    equal(mlflow.get_trace(trace_id), None)
    second = traced(world)
    stored(second)
    equal(client.delete_traces(made, max_timestamp_millis=int(time.time() * 1000) + 1000), 1)


@check("search_traces: filters, order, paging, by run", since=3)
def search(world):
    made = world.experiment()
    client = world.client
    ids = []
    for n in range(4):
        ids.append(traced(world, name=f"call-{n}"))
        stored(ids[-1])
        mlflow.set_trace_tag(ids[-1], "n", str(n))
    with mlflow.start_run() as run:
        ids.append(traced(world, name="in a run"))
    stored(ids[-1])

    def found(text=None, **options):
        options = {"order_by": ["timestamp_ms ASC"], **options}
        return [ids.index(one.info.trace_id) for one in client.search_traces(locations=[made], filter_string=text, **options)]

    equal(found(), [0, 1, 2, 3, 4])
    equal(found(order_by=["timestamp_ms DESC"]), [4, 3, 2, 1, 0])
    equal(found("trace.status = 'OK' AND tags.n != '1'"), [0, 2, 3])
    equal(found("tags.n = '2'"), [2])
    equal(found("trace.name = 'call-3'"), [3])
    equal(found("name LIKE 'call-%'"), [0, 1, 2, 3])
    equal(found("status = 'ERROR'"), [])
    equal(found("timestamp_ms > 1000 AND execution_time_ms >= 0"), [0, 1, 2, 3, 4])
    equal(found(f"metadata.`mlflow.sourceRun` = '{run.info.run_id}'"), [4])
    equal(found("span.name = 'think'"), [0, 1, 2, 3, 4])
    first = client.search_traces(locations=[made], max_results=3, order_by=["timestamp_ms ASC"])
    rest = client.search_traces(locations=[made], max_results=3, order_by=["timestamp_ms ASC"], page_token=first.token)
    equal([ids.index(one.info.trace_id) for one in list(first) + list(rest)], [0, 1, 2, 3, 4])
    equal(len(first[0].data.spans), 3)
    equal(len(mlflow.search_traces(locations=[made], run_id=run.info.run_id)), 1)
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_traces(locations=[made], filter_string="bogus = 'x'"))


@check("feedback and expectations: logged, read, changed, deleted", since=3)
def assessments(world):
    from mlflow.entities import AssessmentSource, Feedback

    world.experiment()
    trace_id = traced(world)
    stored(trace_id)
    source = AssessmentSource(source_type="HUMAN", source_id="zoë@example.test")
    logged = mlflow.log_feedback(trace_id=trace_id, name="right", value=True, rationale="weil", source=source, metadata={"a": "1"})
    mlflow.log_feedback(trace_id=trace_id, name="score", value=0.25, source=AssessmentSource("LLM_JUDGE", "judge"))
    mlflow.log_feedback(trace_id=trace_id, name="parts", value={"a": [1, "zwei"]})
    expected = mlflow.log_expectation(trace_id=trace_id, name="truth", value={"answer": "世界"}, source=source)
    found = {one.name: one for one in mlflow.get_trace(trace_id).info.assessments}
    equal(set(found), {"right", "score", "parts", "truth"})
    equal((found["right"].feedback.value, found["right"].rationale, found["right"].source.source_id), (True, "weil", "zoë@example.test"))
    equal((found["score"].feedback.value, found["score"].source.source_type), (0.25, "LLM_JUDGE"))
    equal(found["parts"].feedback.value, {"a": [1, "zwei"]})
    equal(found["truth"].expectation.value, {"answer": "世界"})
    mlflow.update_assessment(trace_id, logged.assessment_id, Feedback(name="right", value=False, rationale="doch nicht"))
    changed = mlflow.get_assessment(trace_id, logged.assessment_id)
    equal((changed.feedback.value, changed.rationale), (False, "doch nicht"))
    newer = mlflow.override_feedback(trace_id=trace_id, assessment_id=logged.assessment_id, value=True, source=source)
    equal(newer.overrides, logged.assessment_id)
    equal(mlflow.get_assessment(trace_id, logged.assessment_id).valid, False)
    mlflow.delete_assessment(trace_id, expected.assessment_id)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: mlflow.get_assessment(trace_id, expected.assessment_id))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: mlflow.log_feedback(trace_id="tr-" + "0" * 32, name="x", value=1))


@check("feedback is found by search", since=3)
def search_feedback(world):
    made = world.experiment()
    good, bad = traced(world), traced(world)
    stored(good), stored(bad)
    mlflow.log_feedback(trace_id=good, name="verdict", value="yes")
    mlflow.log_feedback(trace_id=bad, name="verdict", value="no")
    found = world.client.search_traces(locations=[made], filter_string="feedback.verdict = 'yes'")
    equal([one.info.trace_id for one in found], [good])


@check("a trace logged whole, with its spans as files", since=3)
def whole(world):
    made = world.experiment()
    span = mlflow.start_span_no_context(name="root", inputs={"x": 1}, experiment_id=made, metadata={"mlflow.trace.session": "s1"})
    child = mlflow.start_span_no_context(name="child", parent_span=span, attributes={"a": "b"})
    child.end(outputs=[1, 2])
    span.end(outputs="fertig")
    mlflow.flush_trace_async_logging()
    trace = stored(span.trace_id, 2)
    equal(trace.info.trace_metadata["mlflow.trace.session"], "s1")
    equal(trace.data.spans[0].outputs, "fertig")


@check("OTLP in protobuf and in JSON, also compressed", since=3)
def otlp(world):
    import gzip
    import json
    import secrets

    import requests

    made = world.experiment()
    for compressed in (False, True):
        trace_hex, now = secrets.token_hex(16), time.time_ns()
        span = {
            "traceId": trace_hex,
            "spanId": secrets.token_hex(8),
            "name": "json span",
            "kind": 1,
            "startTimeUnixNano": str(now),
            "endTimeUnixNano": str(now + 5_000_000),
            "attributes": [{"key": "größe", "value": {"intValue": "5"}}],
            "status": {},
        }
        body = json.dumps({"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "x"}, "spans": [span]}]}]}).encode()
        headers = {"Content-Type": "application/json", "X-Mlflow-Experiment-Id": made}
        if compressed:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        answer = requests.post(f"{world.url}/v1/traces", data=body, headers=headers)
        equal(answer.status_code, 200, answer.text)
        found = stored(f"tr-{trace_hex}", 1)
        equal((found.data.spans[0].name, found.data.spans[0].get_attribute("größe")), ("json span", 5))
    answer = requests.post(f"{world.url}/v1/traces", data=b"no protobuf \xff", headers={"Content-Type": "application/x-protobuf", "X-Mlflow-Experiment-Id": made})
    equal(answer.status_code, 400)
