# %% [markdown]
# # Which tumours are malignant?
# Plain `mlflow` and scikit-learn on the Wisconsin breast cancer data that scikit-learn brings along: 569 tumours, 30 measures of
# each. The only thing that says where all this goes is `MLFLOW_TRACKING_URI`.

# %% The data, a part of it held back
import os

import mlflow
import pandas as pd
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

model_name = os.environ.get("MODEL_NAME", "tumours")
mlflow.set_experiment("examples/tumours")

measures, benign = load_breast_cancer(return_X_y=True, as_frame=True)
labels = 1 - benign
train_x, test_x, train_y, test_y = train_test_split(measures, labels, test_size=0.25, random_state=0, stratify=labels)
print(f"{len(train_x)} tumours to learn from, {len(test_x)} held back")

# %% A search over a grid, logged by autolog: a parent run, a child a candidate, the best estimator
mlflow.sklearn.autolog(log_models=False, max_tuning_runs=4, silent=True)
with mlflow.start_run(run_name="grid of penalties") as search_run:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    grid = {"logisticregression__C": [0.01, 0.1, 1.0, 10.0]}
    search = GridSearchCV(pipeline, grid, cv=5, scoring="roc_auc").fit(train_x, train_y)
mlflow.sklearn.autolog(disable=True)
print(f"best of {len(search.cv_results_['params'])}: {search.best_params_}, roc_auc {search.best_score_:.4f}")

# %% The best one as a run of its own: data, model, figures of the held-back part; registered
with mlflow.start_run(run_name="best penalty", description="The best of the grid, judged on data it has not seen.") as run:
    held_back = mlflow.data.from_pandas(test_x.assign(malignant=test_y), targets="malignant", name="tumours held back")
    mlflow.log_input(held_back, context="evaluation")
    mlflow.log_params(search.best_params_)
    mlflow.set_tag("found by", search_run.info.run_id)
    logged = mlflow.sklearn.log_model(
        search.best_estimator_,
        name="classifier",
        signature=infer_signature(test_x, search.predict(test_x)),
        input_example=test_x.head(2),
        registered_model_name=model_name,
        # The pipeline is only scikit-learn's own classes.
        serialization_format="cloudpickle",
        pip_requirements=["scikit-learn", "pandas"],
    )
    result = mlflow.models.evaluate(
        logged.model_uri,
        held_back,
        model_type="classifier",
        evaluators="default",
        evaluator_config={"log_explainer": False},
    )
print(f"accuracy {result.metrics['accuracy_score']:.4f}, roc_auc {result.metrics['roc_auc']:.4f} on tumours it had not seen")

# %% The version that others shall use is the champion
client = mlflow.MlflowClient()
version = logged.registered_model_version
client.set_registered_model_alias(model_name, "champion", version)
client.set_model_version_tag(model_name, version, "judged on", "tumours held back")
print(f"{model_name} version {version} is the champion")

# %% And so they use it, knowing nothing but the name
champion = mlflow.pyfunc.load_model(f"models:/{model_name}@champion")
sample = pd.concat([test_x[test_y == 0].head(2), test_x[test_y == 1].head(2)])
predicted = [int(one) for one in champion.predict(sample)]
print(f"predicted {predicted} where [0, 0, 1, 1] is true")
assert predicted == [0, 0, 1, 1], predicted
assert result.metrics["accuracy_score"] > 0.95, result.metrics
