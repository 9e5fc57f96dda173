import { deployCommands, gateCommand, tryImage, variablesOfCi } from './ci-commands.ts';
import type { PackageFacts } from './package-facts.ts';

const run = (name: string, lines: string | string[], more: object = {}) => ({
  name,
  ...more,
  run: [lines].flat().join('\n'),
});

/** A workflow for GitHub Actions: the least of rights, actions by their full version. */
export function githubWorkflow(facts: PackageFacts) {
  const checkout = { name: 'Check out', uses: 'actions/checkout@v5.0.0', with: { 'persist-credentials': false } };
  const node = { name: 'Node', uses: 'actions/setup-node@v5.0.0', with: { 'node-version': '24' } };
  const platform = { TIDEMILL_URL: '${{ vars.TIDEMILL_URL }}', TIDEMILL_TOKEN: '${{ secrets.TIDEMILL_TOKEN }}' };
  const job = (name: string, timeout: number, more: object) => ({
    name,
    'runs-on': 'ubuntu-24.04',
    'timeout-minutes': timeout,
    permissions: { contents: 'read' },
    ...more,
  });
  // An expression in a name is a name.
  const plain = (text: string) => text.replaceAll('${{', "${{ '${{' }}");
  const env = Object.entries(variablesOfCi(facts)).map(([key, value]) => [key, plain(value)]);
  return {
    name: `endpoint ${facts.resourceName}`,
    on: { push: { branches: ['main'] }, pull_request: {}, workflow_dispatch: {} },
    permissions: {},
    concurrency: { group: '${{ github.workflow }}-${{ github.ref }}', 'cancel-in-progress': false },
    env: Object.fromEntries(env),
    jobs: {
      test: job('Build and test', 30, {
        steps: [
          checkout,
          node,
          run('Build', 'docker build --tag "$IMAGE" .'),
          run('Run it as the cluster does', tryImage(facts.request.port)),
          run('What it said', 'docker logs "$NAME"', { if: 'failure()' }),
        ],
      }),
      gate: job('Ask the gates', 15, {
        needs: 'test',
        steps: [node, run('Check', gateCommand(facts), { env: platform })],
      }),
      deploy: job('Deploy', 30, deployment(facts, checkout)),
    },
  };
}

function deployment(facts: PackageFacts, checkout: object) {
  const registry = facts.image.includes('/') ? facts.image.split('/')[0]! : 'docker.io';
  const login = {
    REGISTRY_USER: '${{ vars.REGISTRY_USER }}',
    REGISTRY_PASSWORD: '${{ secrets.REGISTRY_PASSWORD }}',
  };
  return {
    needs: ['test', 'gate'],
    if: "github.ref == 'refs/heads/main' && github.event_name != 'pull_request'",
    environment: 'production',
    steps: [
      checkout,
      run(
        'Push the image',
        [
          `printf '%s' "$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USER" --password-stdin ${registry}`,
          'docker build --tag "$IMAGE" .',
          'docker push "$IMAGE"',
        ],
        { env: login },
      ),
      run(
        'Apply',
        [
          'umask 077',
          'printf \'%s\' "$KUBE_CONFIG" > "$RUNNER_TEMP/kubeconfig"',
          'export KUBECONFIG="$RUNNER_TEMP/kubeconfig"',
          ...deployCommands(facts),
        ],
        { env: { KUBE_CONFIG: '${{ secrets.KUBE_CONFIG }}' } },
      ),
    ],
  };
}
