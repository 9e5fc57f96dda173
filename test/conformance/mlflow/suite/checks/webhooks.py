import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import check, equal, eventually, holds, refused


class Listener:
    """Takes what webhooks deliver; answers 503 as often as it is told."""

    def __init__(self, refusals=0):
        self.taken, self.refusals = [], refusals
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.refusals -= 1
                status = 503 if listener.refusals >= 0 else 200
                if status == 200:
                    listener.taken.append((dict(self.headers), body))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"taken")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def events(self):
        return [f"{one['entity']}.{one['action']}" for one in (json.loads(body) for _, body in self.taken)]

    def data(self, event):
        return next(one["data"] for one in (json.loads(body) for _, body in self.taken) if f"{one['entity']}.{one['action']}" == event)


every = ["registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted", "model_version_alias.created", "model_version_alias.deleted"]


@check("what happens in the registry arrives, signed", ours=True, since=3)
def delivered(world):
    from checks.registry import version

    client = world.client
    secret = "geheim-" + world.prefix
    with Listener(refusals=1) as listener:
        hook = client.create_webhook(name=world.name("hook"), url=listener.url, events=every, secret=secret, description="für alle")
        holds(not hasattr(hook, "secret") or not hook.secret, "the secret is not told")
        name = world.name("hooked")
        client.create_registered_model(name, tags={"Land": "Ö"}, description="d")
        version(world, name)
        client.set_model_version_tag(name, "1", "k", "wört")
        client.delete_model_version_tag(name, "1", "k")
        client.set_registered_model_alias(name, "champion", "1")
        client.delete_registered_model_alias(name, "champion")
        eventually("all deliveries", lambda: len(listener.taken) >= len(every), 40)
        equal(sorted(listener.events()), sorted(every))
        for headers, body in listener.taken:
            headers = {key.lower(): value for key, value in headers.items()}
            signed = f"{headers['x-mlflow-delivery-id']}.{headers['x-mlflow-timestamp']}.{body.decode()}".encode()
            digest = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
            equal(headers["x-mlflow-signature"], f"v1,{digest}")
            equal(set(json.loads(body)) - {"workspace"}, {"entity", "action", "timestamp", "data"})
        equal(listener.data("registered_model.created"), {"name": name, "tags": {"Land": "Ö"}, "description": "d"})
        equal(listener.data("model_version_tag.set"), {"name": name, "version": "1", "key": "k", "value": "wört"})
        equal(listener.data("model_version_alias.created"), {"name": name, "version": "1", "alias": "champion"})
        equal(listener.data("model_version_alias.deleted"), {"name": name, "alias": "champion"})
        client.delete_webhook(hook.webhook_id)


@check("a test delivery tells what was answered", ours=True, since=3)
def tested(world):
    client = world.client
    with Listener() as listener:
        hook = client.create_webhook(name=world.name("probe"), url=listener.url, events=["model_version.created"])
        result = client.test_webhook(hook.webhook_id)
        equal((result.success, result.response_status, result.response_body), (True, 200, "taken"))
        equal(listener.events(), ["model_version.created"])
        equal(client.test_webhook(hook.webhook_id, "model_version.created").success, True)
        client.delete_webhook(hook.webhook_id)


@check("webhooks are listed, changed, switched off and deleted; bad ones refused", ours=True, since=3)
def lifecycle(world):
    client = world.client
    url = "http://127.0.0.1:9/hook"
    hooks = [client.create_webhook(name=world.name(f"kept{n}"), url=url, events=["registered_model.created"], description="d") for n in range(3)]
    found = client.get_webhook(hooks[0].webhook_id)
    equal((found.name, found.url, found.description, found.status.value), (hooks[0].name, url, "d", "ACTIVE"))
    equal([str(one) for one in found.events], ["registered_model.created"])
    page = client.list_webhooks(max_results=2)
    rest = client.list_webhooks(max_results=1000, page_token=page.token)
    holds({one.webhook_id for one in hooks} <= {one.webhook_id for one in list(page) + list(rest)}, "all listed")
    changed = client.update_webhook(hooks[0].webhook_id, description="neu", status="DISABLED", events=["model_version.created", "model_version_tag.set"])
    equal((changed.description, changed.status.value, len(changed.events)), ("neu", "DISABLED", 2))
    for hook in hooks:
        client.delete_webhook(hook.webhook_id)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_webhook(hooks[0].webhook_id))
    refused("INVALID_PARAMETER_VALUE", lambda: client.create_webhook(name="", url=url, events=["registered_model.created"]))
    refused("INVALID_PARAMETER_VALUE", lambda: client.create_webhook(name=world.name("bad"), url="ftp://x/y", events=["registered_model.created"]))
    refused("INVALID_PARAMETER_VALUE", lambda: client.create_webhook(name=world.name("bad"), url=url, events=[]))


