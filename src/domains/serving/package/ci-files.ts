import { githubWorkflow } from './github-workflow.ts';
import { gitlabPipeline } from './gitlab-pipeline.ts';
import { jenkinsfile } from './jenkinsfile.ts';
import { type PackageFacts, textFile, type WrittenFile } from './package-facts.ts';
import { yamlFile } from './yaml-file.ts';

/** Pipelines for GitHub Actions, GitLab CI and Jenkins that build, test, gate and deploy the package they lie in. */
export function ciFiles(facts: PackageFacts): WrittenFile[] {
  const comment =
    'Builds the image, tests it as it will run, asks the gates, and deploys. Secrets come from the CI alone.';
  return [
    yamlFile(`.github/workflows/${facts.resourceName}.yml`, comment, [githubWorkflow(facts)]),
    yamlFile('.gitlab-ci.yml', comment, [gitlabPipeline(facts)]),
    textFile('Jenkinsfile', jenkinsfile(facts)),
  ];
}
