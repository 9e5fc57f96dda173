"""A random forest of 100 trees over 30 features, for the servers that a benchmark compares with: forest.py mlflow|mlserver FOLDER"""
import json, pathlib, sys
import numpy as np
from sklearn.ensemble import RandomForestClassifier

kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
random = np.random.default_rng(1)
x = random.random((2000, 30)).astype(np.float32)
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0.8).astype(int)
forest = RandomForestClassifier(n_estimators=100, max_depth=6, random_state=1).fit(x, y)
if kind == "mlflow":
    import mlflow
    mlflow.sklearn.save_model(forest, folder / "model", serialization_format="cloudpickle")
else:
    import joblib
    joblib.dump(forest, folder / "model.joblib")
    http, grpc, metrics = sys.argv[3:6]
    settings = {"host": "127.0.0.1", "http_port": int(http), "grpc_port": int(grpc), "metrics_port": int(metrics),
                "parallel_workers": 0, "debug": False}
    model = {"name": "forest", "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": "./model.joblib"}}
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "model-settings.json").write_text(json.dumps(model))
