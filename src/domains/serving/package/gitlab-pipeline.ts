import { deployCommands, gateCommand, tryImage, variablesOfCi } from './ci-commands.ts';
import type { PackageFacts } from './package-facts.ts';

/** A pipeline for GitLab CI. */
export function gitlabPipeline(facts: PackageFacts) {
  const docker = {
    image: 'docker.io/library/docker:28.5.1-cli',
    services: [{ name: 'docker.io/library/docker:28.5.1-dind', alias: 'docker' }],
  };
  const node = 'docker.io/library/node:24.21.0-bookworm-slim';
  const variables = Object.entries(variablesOfCi(facts)).map(([key, value]) => [key, { value, expand: false }]);
  const onMain = [{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }];
  const registry = facts.image.includes('/') ? facts.image.split('/')[0]! : 'docker.io';
  return {
    stages: ['test', 'gate', 'deploy'],
    variables: { ...Object.fromEntries(variables), DOCKER_TLS_CERTDIR: '/certs' },
    workflow: { rules: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }, ...onMain] },
    test: {
      stage: 'test',
      ...docker,
      timeout: '30 minutes',
      before_script: ['apk add --no-cache nodejs'],
      script: [
        'docker build --tag "$IMAGE" .',
        ...tryImage(facts.request.port).map((line) =>
          line.replaceAll('127.0.0.1:8080:', '8080:').replaceAll('http://127.0.0.1', 'http://docker'),
        ),
      ],
    },
    gate: {
      stage: 'gate',
      image: node,
      timeout: '15 minutes',
      variables: { GIT_STRATEGY: 'none' },
      script: [gateCommand(facts)],
    },
    push: {
      stage: 'deploy',
      ...docker,
      rules: onMain,
      script: [
        `printf '%s' "$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USER" --password-stdin ${registry}`,
        'docker build --tag "$IMAGE" .',
        'docker push "$IMAGE"',
      ],
    },
    deploy: {
      stage: 'deploy',
      needs: ['push'],
      image: { name: 'docker.io/bitnami/kubectl:1.34.1', entrypoint: [''] },
      environment: { name: 'production' },
      rules: onMain,
      // KUBECONFIG is a variable of the type `file`.
      script: deployCommands(facts),
    },
  };
}
