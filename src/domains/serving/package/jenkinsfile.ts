import { deployCommands, gateCommand, tryImage, variablesOfCi } from './ci-commands.ts';
import type { PackageFacts } from './package-facts.ts';

/** A declarative pipeline for Jenkins; credentials are named, never written. */
export function jenkinsfile(facts: PackageFacts): string {
  const variables = Object.entries(variablesOfCi(facts)).map(([key, value]) => `    ${key} = ${groovy(value)}`);
  return `// Builds the image, tests it as it will run, asks the gates, and deploys. Credentials: tidemill-url and tidemill-token (secret
// text), registry (user name and password), kubeconfig (secret file).
pipeline {
  agent any
  options {
    timeout(time: 60, unit: 'MINUTES')
    disableConcurrentBuilds()
  }
  environment {
${variables.join('\n')}
  }
  stages {
    stage('Build') {
      steps {
        sh 'docker build --tag "$IMAGE" .'
      }
    }
    stage('Test') {
      steps {
${shell(tryImage(facts.request.port), '        ')}
      }
      post {
        always {
          sh 'docker rm --force "$NAME" || true'
        }
      }
    }
    stage('Gate') {
      environment {
        TIDEMILL_URL = credentials('tidemill-url')
        TIDEMILL_TOKEN = credentials('tidemill-token')
      }
      steps {
        sh ${groovy(gateCommand(facts))}
      }
    }
${deployStage(facts)}  }
}
`;
}

function deployStage(facts: PackageFacts): string {
  const registry = facts.image.includes('/') ? facts.image.split('/')[0]! : 'docker.io';
  const push = [
    `printf '%s' "$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USER" --password-stdin ${registry}`,
    'docker push "$IMAGE"',
  ];
  return `    stage('Deploy') {
      when {
        branch 'main'
      }
      steps {
        withCredentials([usernamePassword(credentialsId: 'registry', usernameVariable: 'REGISTRY_USER', passwordVariable: 'REGISTRY_PASSWORD')]) {
${shell(push, '          ')}
        }
        withCredentials([file(credentialsId: 'kubeconfig', variable: 'KUBECONFIG')]) {
${shell(deployCommands(facts), '          ')}
        }
      }
    }
`;
}

function shell(lines: readonly string[], indent: string): string {
  return lines.map((line) => `${indent}sh ${groovy(line)}`).join('\n');
}

/** A text in single quotes, in which Groovy replaces nothing. */
function groovy(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
