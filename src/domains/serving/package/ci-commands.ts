import { targetsOf } from './package-content.ts';
import type { PackageFacts } from './package-facts.ts';

/** How an image is tried: as the cluster runs it, then told to stop, which it must do by itself. */
export function tryImage(port: number): string[] {
  return [
    `docker run --detach --name "$NAME" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --publish 127.0.0.1:8080:${port} "$IMAGE"`,
    'node smoke/smoke.mjs http://127.0.0.1:8080',
    'docker stop --time 30 "$NAME"',
    `test "$(docker inspect --format '{{.State.ExitCode}}' "$NAME")" -eq 0`,
  ];
}

/** The command line that asks the platform. */
export function gateCommand({ manifest }: PackageFacts): string {
  return `npx --yes tidemill@${manifest.program.version} model check "$MODEL" "$MODEL_VERSION" --alias "$ALIAS"`;
}

/** What puts the package into the cluster by the manifests it has, and fails where its pods do not become ready. */
export function deployCommands({ resourceName, request }: PackageFacts): string[] {
  const targets = targetsOf(request);
  const where = `--namespace ${request.namespace} --timeout 5m`;
  if (!targets.has('kubernetes') && targets.has('kserve')) {
    return [
      'kubectl apply --server-side -f kserve/inferenceservice.yaml',
      `kubectl wait --for condition=Ready inferenceservice/${resourceName} ${where}`,
    ];
  }
  const apply = targets.has('kubernetes')
    ? 'kubectl apply --server-side -k kubernetes'
    : `kubectl set image deployment/${resourceName} endpoint="$IMAGE" --namespace ${request.namespace}`;
  return [apply, `kubectl rollout status deployment/${resourceName} ${where}`];
}

/** Names as users chose them go through variables, never into a command. */
export function variablesOfCi({ manifest, image, resourceName }: PackageFacts): Record<string, string> {
  return {
    NAME: resourceName,
    IMAGE: image,
    ENDPOINT: manifest.endpoint,
    MODEL: manifest.version.model,
    MODEL_VERSION: String(manifest.version.number),
    ALIAS: manifest.spec.alias,
  };
}
