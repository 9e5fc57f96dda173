/** Written by `npm run generate` from openapi.json. */

export interface paths {
    "/api/v1/admin-token/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a new admin token in place of the old one. */
        post: operations["postAdminTokenRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists alerts, newest first. */
        get: operations["getAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an alert. */
        get: operations["getAlertsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that somebody looks after an alert. */
        post: operations["postAlertsIdAcknowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists approval requests, newest first. */
        get: operations["getApprovals"];
        put?: never;
        /** Asks for the approvals that the gates of a promotion demand. */
        post: operations["postApprovals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an approval request with its votes. */
        get: operations["getApprovalsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves a request. */
        post: operations["postApprovalsIdApprove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rejects a request. */
        post: operations["postApprovalsIdReject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraws a request. */
        post: operations["postApprovalsIdWithdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batch-predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists batch predictions, newest first. */
        get: operations["getBatchPredictions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batch-predictions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a batch prediction is, and what it wrote. */
        get: operations["getBatchPredictionsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batch-predictions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a batch prediction; what was scored is kept for whoever asks again under its key. */
        post: operations["postBatchPredictionsIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batch-predictions/{id}/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads the rows that could not be scored. */
        get: operations["getBatchPredictionsIdQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batch-predictions/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads the answers as Parquet. */
        get: operations["getBatchPredictionsIdResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bundles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a code bundle of stored files: paths and digests */
        post: operations["postBundles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bundles/files/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Store a file of a code bundle by its sha256 */
        put: operations["putBundlesFilesDigest"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bundles/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a code bundle */
        get: operations["getBundlesDigest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dataset-validations/{id}/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the result of each rule of a validation. */
        get: operations["getDatasetValidationsIdChecks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dataset-versions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the version of an id. */
        get: operations["getDatasetVersionsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List datasets by name. */
        get: operations["getDatasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a dataset. */
        get: operations["getDatasetsName"];
        put?: never;
        post?: never;
        /** Delete a dataset with its versions, unless something needs one. */
        delete: operations["deleteDatasetsName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare two versions: columns, rows, profiles. */
        get: operations["getDatasetsNameDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a version from uploaded files or files of the server. */
        post: operations["postDatasetsNameIngest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an older version the current one. */
        post: operations["postDatasetsNameRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/tags/{tag}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Point a tag at a version. */
        put: operations["putDatasetsNameTagsTag"];
        post?: never;
        /** Remove a tag. */
        delete: operations["deleteDatasetsNameTagsTag"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judge a version by rules and keep the result. */
        post: operations["postDatasetsNameValidate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/validations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what the rules found over time, newest first. */
        get: operations["getDatasetsNameValidations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of a dataset, newest first. */
        get: operations["getDatasetsNameVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a version. */
        get: operations["getDatasetsNameVersionsVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/versions/{version}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Profile a version: nulls, distinct values, quantiles, histograms, most frequent values. */
        get: operations["getDatasetsNameVersionsVersionProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/versions/{version}/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Page through the rows that broke rules, with the ids of all rules each broke. */
        get: operations["getDatasetsNameVersionsVersionQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{name}/versions/{version}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Page through the rows of a version. */
        get: operations["getDatasetsNameVersionsVersionRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoint-experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists experiments of endpoints, newest first. */
        get: operations["getEndpointExperiments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoint-experiments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an experiment of an endpoint. */
        get: operations["getEndpointExperimentsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoint-experiments/{id}/freeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a bandit keep its shares as they are. */
        post: operations["postEndpointExperimentsIdFreeze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoint-experiments/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an experiment says: as JSON, or as Markdown for people with `format=markdown`. */
        get: operations["getEndpointExperimentsIdReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoint-experiments/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends an experiment; an arm may be given the alias. */
        post: operations["postEndpointExperimentsIdStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoint-experiments/{id}/thaw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets the shares of a frozen bandit follow the rewards again. */
        post: operations["postEndpointExperimentsIdThaw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists endpoints by name. */
        get: operations["getEndpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an endpoint and its variants. */
        get: operations["getEndpointsName"];
        /** Declares an endpoint: creates it, or makes it as said. */
        put: operations["putEndpointsName"];
        post?: never;
        /** Removes an endpoint; what it logged stays until its retention ends. */
        delete: operations["deleteEndpointsName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/batch-predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Scores a whole file or dataset version with an endpoint's version; follow it by its id. */
        post: operations["postEndpointsNameBatchPredictions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/credential": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the header that the server of a remote model is shown; it is never given out again. */
        put: operations["putEndpointsNameCredential"];
        post?: never;
        /** Removes the credential for a remote model. */
        delete: operations["deleteEndpointsNameCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what the monitors of an endpoint said of a moment. */
        get: operations["getEndpointsNameDrift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts an experiment among an endpoint's variants: A/B, bandit, or challengers in its shadow. */
        post: operations["postEndpointsNameExperiments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes labels and values of an endpoint's predictions, by id or entity: JSON `{items: […]}` up to 100,000, or any number of rows as application/x-ndjson or text/csv. */
        post: operations["postEndpointsNameFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/log-sink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How sending an endpoint's log as CloudEvents goes, as this process saw it. */
        get: operations["getEndpointsNameLogSink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/log-sink/credential": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the header that the receiver of an endpoint's log is shown; it is never given out again. */
        put: operations["putEndpointsNameLogSinkCredential"];
        post?: never;
        /** Removes the credential for the receiver of an endpoint's log. */
        delete: operations["deleteEndpointsNameLogSinkCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/package": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a package of an endpoint would hold, to run it without this server. */
        get: operations["getEndpointsNamePackage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/package.tar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A package of an endpoint as a tar archive. */
        get: operations["getEndpointsNamePackageTar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Predicts rows; each answer has an id for feedback. */
        post: operations["postEndpointsNamePredict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/prediction-replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers logged requests again with another version and compares; follow it by its id. */
        post: operations["postEndpointsNamePredictionReplays"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists logged predictions, newest event time first; a page may be short where the filter finds little. */
        get: operations["getEndpointsNamePredictions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/predictions/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads logged predictions as JSON lines, CSV or Parquet, newest event time first. */
        get: operations["getEndpointsNamePredictionsFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/rollouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a rollout of a version. */
        post: operations["postEndpointsNameRollouts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/runtime-logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what the processes behind an endpoint printed last. */
        get: operations["getEndpointsNameRuntimeLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/runtimes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows how the runtimes behind an endpoint are. */
        get: operations["getEndpointsNameRuntimes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/endpoints/{name}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Traffic, errors and latency of the last five minutes. */
        get: operations["getEndpointsNameStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists experiments by name. */
        get: operations["getExperiments"];
        put?: never;
        /** Creates an experiment. */
        post: operations["postExperiments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{experiment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an experiment. */
        get: operations["getExperimentsExperiment"];
        put?: never;
        post?: never;
        /** Deletes an experiment with its runs; both can be restored. */
        delete: operations["deleteExperimentsExperiment"];
        options?: never;
        head?: never;
        /** Renames or describes an experiment. */
        patch: operations["patchExperimentsExperiment"];
        trace?: never;
    };
    "/api/v1/experiments/{experiment}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings back an experiment and the runs that were deleted with it. */
        post: operations["postExperimentsExperimentRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{experiment}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets tags. */
        post: operations["postExperimentsExperimentTags"];
        /** Removes a tag. */
        delete: operations["deleteExperimentsExperimentTags"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{experiment}/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the saved views of an experiment by name. */
        get: operations["getExperimentsExperimentViews"];
        put?: never;
        /** Saves a view of the runs of an experiment, for all. */
        post: operations["postExperimentsExperimentViews"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{experiment}/views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a saved view. */
        get: operations["getExperimentsExperimentViewsId"];
        /** Replaces a saved view. */
        put: operations["putExperimentsExperimentViewsId"];
        post?: never;
        /** Deletes a saved view. */
        delete: operations["deleteExperimentsExperimentViewsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes labels and values by prediction id or entity: JSON `{items: […]}` up to 100,000, or any number of rows as application/x-ndjson or text/csv. */
        post: operations["postFeedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feedback-quarantines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads the rows of a load of feedback that were not taken, each with its reason. */
        get: operations["getFeedbackQuarantinesId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/folders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the folders right below one, with how many experiments each holds. */
        get: operations["getFolders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/folders/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves a folder: renames every experiment below it, all or none. */
        post: operations["postFoldersMove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/folders/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what a folder says, and what holds in it with all it inherits. */
        get: operations["getFoldersSettings"];
        /** Replaces what a folder says for everything below it. */
        put: operations["putFoldersSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/garbage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Removes stored content that nothing refers to any more, or with `dryRun` counts it. */
        post: operations["postGarbage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gate-evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows the evidence that a promotion would be judged on now. */
        post: operations["postGateEvidence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gate-tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what a gate would say of some evidence; nothing is kept. */
        post: operations["postGateTests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gate-verdicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists decisions of gates, newest first. */
        get: operations["getGateVerdicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gate-verdicts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a decision with all that was seen. */
        get: operations["getGateVerdictsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists gates by name. */
        get: operations["getGates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gates/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a gate. */
        get: operations["getGatesName"];
        /** Creates or changes a gate; approvals given under another wording of it are void. */
        put: operations["putGatesName"];
        post?: never;
        /** Removes a gate. */
        delete: operations["deleteGatesName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server is alive and takes work. */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes over an experiment under its id and times; one of its name takes what follows. */
        post: operations["postImportExperiments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import/logged-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes over a logged model under its id and times; the same again changes nothing. */
        post: operations["postImportLoggedModels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import/model-versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes over a version under its number; the same again changes nothing. */
        post: operations["postImportModelVersions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes over a registered model with its times; one of its name takes what follows. */
        post: operations["postImportModels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes over a run under its id and times; the same again changes nothing. */
        post: operations["postImportRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/checkpoints/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the newest signed checkpoint, and the key that checks it. */
        get: operations["getLedgerCheckpointsLatest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prove that the ledger still begins with the events of an older checkpoint. */
        get: operations["getLedgerConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what happened, newest first, by type, subject, actor and time. */
        get: operations["getLedgerEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/events/{position}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prove that an event is in the sealed ledger. */
        get: operations["getLedgerEventsPositionProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/readers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show how far each reader of the ledger has come. */
        get: operations["getLedgerReaders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow what happens, live, as server-sent events. */
        get: operations["getLedgerStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check every event, subtree and checkpoint for tampering. */
        post: operations["postLedgerVerify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logged-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a logged model. */
        post: operations["postLoggedModels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logged-models/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Removes deleted logged models for good, with their files. */
        post: operations["postLoggedModelsPurge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logged-models/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds the models that runs logged by a filter, in an order. */
        post: operations["postLoggedModelsSearch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logged-models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a logged model with what was measured of it. */
        get: operations["getLoggedModelsId"];
        put?: never;
        post?: never;
        /** Deletes a logged model. */
        delete: operations["deleteLoggedModelsId"];
        options?: never;
        head?: never;
        /** Says how the upload of a logged model ended. */
        patch: operations["patchLoggedModelsId"];
        trace?: never;
    };
    "/api/v1/logged-models/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the files and folders of a folder of a logged model. */
        get: operations["getLoggedModelsIdArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logged-models/{id}/artifacts/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads a file of a logged model, or a range of it. */
        get: operations["getLoggedModelsIdArtifactsPath"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logged-models/{id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds metric points to a logged model. */
        post: operations["postLoggedModelsIdMetrics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logged-models/{id}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets tags of a logged model. */
        post: operations["postLoggedModelsIdTags"];
        /** Removes a tag of a logged model. */
        delete: operations["deleteLoggedModelsIdTags"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/loop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole loop at one glance, and what needs a person. */
        get: operations["getLoop"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show who the caller is and what they may do. */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/model-versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds versions of any model, such as those of a run. */
        get: operations["getModelVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/model-versions/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds versions of any model by a filter over model, number, stage, run, origin, times and tags. */
        post: operations["postModelVersionsSearch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists models by name. */
        get: operations["getModels"];
        put?: never;
        /** Creates a model. */
        post: operations["postModels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds models by a filter over name, times and tags. */
        post: operations["postModelsSearch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a model with its aliases. */
        get: operations["getModelsModel"];
        put?: never;
        post?: never;
        /** Deletes a model that has no alias, with its versions. */
        delete: operations["deleteModelsModel"];
        options?: never;
        head?: never;
        /** Renames or describes a model. */
        patch: operations["patchModelsModel"];
        trace?: never;
    };
    "/api/v1/models/{model}/alias-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists who pointed which alias where, when and why, newest first. */
        get: operations["getModelsModelAliasHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/aliases/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Points an alias to a version, if the gates let it. */
        put: operations["putModelsModelAliasesAlias"];
        post?: never;
        /** Removes an alias. */
        delete: operations["deleteModelsModelAliasesAlias"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/aliases/{alias}/at": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says which version an alias pointed to at a moment. */
        get: operations["getModelsModelAliasesAliasAt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/aliases/{alias}/bypass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** In an emergency: points an alias to a version past the gates, on record. */
        post: operations["postModelsModelAliasesAliasBypass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/stage-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the stage changes of the versions, newest first. */
        get: operations["getModelsModelStageHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/stages/{stage}/at": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says which versions were in a stage at a moment, newest first. */
        get: operations["getModelsModelStagesStageAt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets tags of a model. */
        post: operations["postModelsModelTags"];
        /** Removes a tag of a model. */
        delete: operations["deleteModelsModelTags"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the versions of a model, newest first. */
        get: operations["getModelsModelVersions"];
        put?: never;
        /** Registers content of the store as a version; the same content is the same version. */
        post: operations["postModelsModelVersions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a version by number, alias or `latest`. */
        get: operations["getModelsModelVersionsVersion"];
        put?: never;
        post?: never;
        /** Deletes a version that no alias points to; registering its content again brings it back. */
        delete: operations["deleteModelsModelVersionsVersion"];
        options?: never;
        head?: never;
        /** Describes a version. */
        patch: operations["patchModelsModelVersionsVersion"];
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what the gates would say to a promotion; nothing is moved or kept. */
        post: operations["postModelsModelVersionsVersionCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the documents of a version, the newest of each name unless `history`. */
        get: operations["getModelsModelVersionsVersionEvidence"];
        put?: never;
        /** Attaches a document that gates may judge by. */
        post: operations["postModelsModelVersionsVersionEvidence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the files of a version by path, with their digests. */
        get: operations["getModelsModelVersionsVersionFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/files/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads a file of a version; ranges are served. */
        get: operations["getModelsModelVersionsVersionFilesPath"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/stage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves a version to a stage, if the gates let it. */
        post: operations["postModelsModelVersionsVersionStage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/stage/bypass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** In an emergency: moves a version to a stage past the gates, on record. */
        post: operations["postModelsModelVersionsVersionStageBypass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{model}/versions/{version}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets tags of a version. */
        post: operations["postModelsModelVersionsVersionTags"];
        /** Removes a tag of a version. */
        delete: operations["deleteModelsModelVersionsVersionTags"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitor-runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a run with everything it found per column. */
        get: operations["getMonitorRunsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists monitors by name. */
        get: operations["getMonitors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitors/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a monitor. */
        get: operations["getMonitorsName"];
        /** Creates or changes a monitor. */
        put: operations["putMonitorsName"];
        post?: never;
        /** Deletes a monitor; its runs and alerts are kept. */
        delete: operations["deleteMonitorsName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitors/{name}/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluates the windows that have closed now instead of at the next turn. */
        post: operations["postMonitorsNameEvaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitors/{name}/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the values that charts are drawn from, oldest window first. */
        get: operations["getMonitorsNamePoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/monitors/{name}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the runs of a monitor, newest window first. */
        get: operations["getMonitorsNameRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runs, newest first */
        get: operations["getPipelineRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline-runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a run */
        get: operations["getPipelineRunsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline-runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a run */
        post: operations["postPipelineRunsIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline-runs/{id}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run again from the failed steps, or from a step on, with the original or the latest code */
        post: operations["postPipelineRunsIdRerun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline-runs/{id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a run's steps in the order of the graph */
        get: operations["getPipelineRunsIdSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline-runs/{id}/steps/{step}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a step with its tries */
        get: operations["getPipelineRunsIdStepsStep"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline-runs/{id}/steps/{step}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a log by offset, or follow it live as server-sent events (`follow=true`; the event id is the next offset) */
        get: operations["getPipelineRunsIdStepsStepLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipeline-runs/{id}/steps/{step}/outputs/{output}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download an output: the bytes of a file, or JSON */
        get: operations["getPipelineRunsIdStepsStepOutputsOutput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List pipelines */
        get: operations["getPipelines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a pipeline */
        get: operations["getPipelinesName"];
        /** Create or change a pipeline */
        put: operations["putPipelinesName"];
        post?: never;
        /** Remove a pipeline; its runs stay */
        delete: operations["deletePipelinesName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{name}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a run */
        post: operations["postPipelinesNameRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{name}/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A pipeline's schedules: when they fire next and what became of the last fire times */
        get: operations["getPipelinesNameSchedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/prediction-replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists replays of logged requests, newest first. */
        get: operations["getPredictionReplays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/prediction-replays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a replay is, and how the answers compare. */
        get: operations["getPredictionReplaysId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/prediction-replays/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a replay. */
        post: operations["postPredictionReplaysIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/predictions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One logged prediction: what was asked, what was answered, and the label. */
        get: operations["getPredictionsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/predictions/{id}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each column gave to a logged prediction, by the version that made it. */
        get: operations["getPredictionsIdExplanation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/predictions/{id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow one prediction back to model, run, code, data, approvals and drift. */
        get: operations["getPredictionsIdWhy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the projects with their latest revisions. */
        get: operations["getProjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the documents so; refuses a stale plan. */
        post: operations["postProjectsProjectApply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show what applying the documents would change. */
        post: operations["postProjectsProjectPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the revisions of a project, newest first. */
        get: operations["getProjectsProjectRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Removes deleted runs and experiments for good, with all they logged and their artifacts. */
        post: operations["postPurge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Applies the retention rules of all folders now, or with `dryRun` says what they would do. */
        post: operations["postRetention"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retraining-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists retraining policies by name. */
        get: operations["getRetrainingPolicies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retraining-policies/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a retraining policy. */
        get: operations["getRetrainingPoliciesName"];
        /** Creates or changes a retraining policy. */
        put: operations["putRetrainingPoliciesName"];
        post?: never;
        /** Deletes a retraining policy; what it started goes on. */
        delete: operations["deleteRetrainingPoliciesName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retraining-policies/{name}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a retraining by hand, under the policy’s limits. */
        post: operations["postRetrainingPoliciesNameTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retrainings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists retrainings, newest first; skipped triggers among them, with the reason. */
        get: operations["getRetrainings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retrainings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a retraining with every step it took. */
        get: operations["getRetrainingsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollout-decisions/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a decision again from what it was made on and says whether it comes out the same. */
        post: operations["postRolloutDecisionsIdReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists rollouts, newest first, without their judgements and metrics. */
        get: operations["getRollouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a rollout, its last judgement and how its metrics stand. */
        get: operations["getRolloutsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/abort": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the candidate back. */
        post: operations["postRolloutsIdAbort"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a paused rollout go on. */
        post: operations["postRolloutsIdConfirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/curves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The judge's curves over a rollout: evidence by rule, rates and latencies of both arms. */
        get: operations["getRolloutsIdCurves"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every decision of a rollout with the numbers it was made on. */
        get: operations["getRolloutsIdDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/measurements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest measurements of the metrics of a rollout, oldest first. */
        get: operations["getRolloutsIdMeasurements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Holds a rollout in its step; traffic stays as it is. */
        post: operations["postRolloutsIdPause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the candidate all traffic now. */
        post: operations["postRolloutsIdPromote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rollouts/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a held rollout go on in its step. */
        post: operations["postRolloutsIdResume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a run. */
        post: operations["postRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/columns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the metrics, parameters and tags that the newest runs have, most frequent first. */
        get: operations["getRunsColumns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Counts the runs that a search finds in all. */
        post: operations["postRunsCount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/curves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads metrics of several runs as curves to draw: thinned, with the least and greatest value of each piece. */
        post: operations["postRunsCurves"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads all runs that a search finds, as CSV or Parquet. */
        get: operations["getRunsExport"];
        put?: never;
        /** Downloads all runs that a search finds, as CSV or Parquet; the search as for finding them. */
        post: operations["postRunsExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds runs by a filter, in an order, with as much of what they logged as asked for. */
        post: operations["postRunsSearch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a run with all it logged. */
        get: operations["getRunsId"];
        put?: never;
        post?: never;
        /** Deletes a run; it can be restored. */
        delete: operations["deleteRunsId"];
        options?: never;
        head?: never;
        /** Changes a run's name, status, end, code or environment. */
        patch: operations["patchRunsId"];
        trace?: never;
    };
    "/api/v1/runs/{id}/artifact-preview/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a file in a page: text, pictures, and HTML or SVG in a sandbox without scripts. */
        get: operations["getRunsIdArtifactPreviewPath"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the files and folders of a folder. */
        get: operations["getRunsIdArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/artifacts-archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads a folder with all below it as a tar archive. */
        get: operations["getRunsIdArtifactsArchive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/artifacts/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads a file, or a range of it. */
        get: operations["getRunsIdArtifactsPath"];
        /** Stores a file, in place of what was there. */
        put: operations["putRunsIdArtifactsPath"];
        post?: never;
        /** Removes a file, or a folder with all below it. */
        delete: operations["deleteRunsIdArtifactsPath"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/inputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Records the datasets a run reads. */
        post: operations["postRunsIdInputs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Logs metrics, parameters and tags together or not at all. */
        post: operations["postRunsIdLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists all points of a metric, by step. */
        get: operations["getRunsIdMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings a deleted run back. */
        post: operations["postRunsIdRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a tag. */
        delete: operations["deleteRunsIdTags"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the admin and service tokens, newest first. */
        get: operations["getTokens"];
        put?: never;
        /** Make a service token; its secret is shown this once. */
        post: operations["postTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a service token at once. */
        delete: operations["deleteTokensId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deletes traces of an experiment: by id, or those up to a time, the oldest first. */
        post: operations["postTracesDelete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds traces of some experiments, the newest first unless ordered otherwise. */
        post: operations["postTracesSearch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A trace with its spans. */
        get: operations["getTracesId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces/{id}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Sets tags of a trace. */
        patch: operations["patchTracesIdTags"];
        trace?: never;
    };
    "/api/v1/traces/{id}/tags/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a tag of a trace. */
        delete: operations["deleteTracesIdTagsKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces/{traceId}/assessments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds feedback, an expectation or an issue to a trace. */
        post: operations["postTracesTraceIdAssessments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/traces/{traceId}/assessments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An assessment of a trace. */
        get: operations["getTracesTraceIdAssessmentsId"];
        put?: never;
        post?: never;
        /** Removes an assessment; the one it overrode counts again. */
        delete: operations["deleteTracesTraceIdAssessmentsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start to train a model; follow it by its run */
        post: operations["postTrain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train/{runId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a training is */
        get: operations["getTrainRunId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train/{runId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a training under way */
        post: operations["postTrainRunIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train/{runId}/study": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The trials of a search */
        get: operations["getTrainRunIdStudy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload a file to ingest from; gives its sha256. */
        post: operations["postUploads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the webhooks by name. */
        get: operations["getWebhooks"];
        put?: never;
        /** Make a webhook; its secret is shown this once. */
        post: operations["postWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a webhook; its secret is never shown. */
        get: operations["getWebhooksName"];
        /** Make a webhook so, or change it. */
        put: operations["putWebhooksName"];
        post?: never;
        /** Delete a webhook with its deliveries. */
        delete: operations["deleteWebhooksName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the deliveries of a webhook, newest first. */
        get: operations["getWebhooksNameDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}/deliveries/{id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a delivery again, with all its attempts. */
        post: operations["postWebhooksNameDeliveriesIdRedeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace the secret; the new one is shown this once. */
        post: operations["postWebhooksNameSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test event now and show what came of it. */
        post: operations["postWebhooksNameTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Alert: {
            id: string;
            monitorId: string;
            monitor: string;
            endpoint: string;
            /** @enum {string} */
            kind: "drift" | "prediction-drift" | "performance" | "data-quality" | "latency" | "errors";
            dedupeKey: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            /** @enum {string} */
            status: "open" | "resolved";
            model: string;
            version: number;
            /** Format: date-time */
            windowFromAt: string;
            /**
             * Format: date-time
             * @description Not included in the window.
             */
            windowToAt: string;
            summary: string;
            /** Format: date-time */
            openedAt: string;
            breaches: number;
            pressure: number;
            worst: components["schemas"]["MonitorValue"][];
            openedByRunId: string;
            lastRunId: string;
            acknowledgedAt: string | null;
            acknowledgedBy: string | null;
            note: string | null;
            resolvedAt: string | null;
            resolvedByRunId: string | null;
        };
        AlertRule: {
            /**
             * @default warning
             * @enum {string}
             */
            severity: "info" | "warning" | "critical";
            /**
             * @description Windows in a row that must breach before an alert opens.
             * @default 1
             */
            consecutive: number;
            /**
             * @description Good windows in a row that resolve the alert.
             * @default 2
             */
            resolveAfter: number;
            /**
             * @description A window is good when its pressure is at the most this; 1 is the threshold itself.
             * @default 1
             */
            clearBelow: number;
            /**
             * @description Event time after a resolution in which no new alert opens.
             * @default 0
             */
            coolDownMs: number;
        };
        AlertRuleInput: {
            /**
             * @default warning
             * @enum {string}
             */
            severity?: "info" | "warning" | "critical";
            /**
             * @description Windows in a row that must breach before an alert opens.
             * @default 1
             */
            consecutive?: number;
            /**
             * @description Good windows in a row that resolve the alert.
             * @default 2
             */
            resolveAfter?: number;
            /**
             * @description A window is good when its pressure is at the most this; 1 is the threshold itself.
             * @default 1
             */
            clearBelow?: number;
            /**
             * @description Event time after a resolution in which no new alert opens.
             * @default 0
             */
            coolDownMs?: number;
        };
        AliasMove: {
            model: string;
            alias: string;
            from: number | null;
            to: number | null;
            sequence: number;
            /** Format: date-time */
            at: string;
            actorId: string;
            actorName: string;
            reason: string;
            bypassed: boolean;
            verdictId: string | null;
        };
        Approval: {
            id: string;
            gate: string;
            gateDigest: string;
            model: string;
            version: number;
            target: components["schemas"]["PromotionTarget"];
            artifactDigest: string;
            evidenceDigest: string;
            /** @enum {string} */
            status: "pending" | "approved" | "rejected" | "withdrawn" | "voided" | "expired";
            reason: string;
            required: number;
            votes: {
                actorId: string;
                actorName: string;
                /** @enum {string} */
                decision: "approve" | "reject";
                reason: string;
                /** Format: date-time */
                at: string;
            }[];
            requestedBy: {
                id: string;
                name: string;
            };
            /** Format: date-time */
            requestedAt: string;
            expiresAt: string | null;
            /** Format: date-time */
            updatedAt: string;
        };
        ApprovalPolicy: {
            /** @description How many people must approve. */
            required: number;
            /**
             * @description Who may, by id, name or role; anybody who may approve at all when both are empty.
             * @default {
             *       "actors": [],
             *       "roles": []
             *     }
             */
            from: {
                /** @default [] */
                actors: string[];
                /** @default [] */
                roles: string[];
            };
            /** @default false */
            requesterMayApprove: boolean;
            /**
             * @description Whether who registered the version may.
             * @default true
             */
            trainerMayApprove: boolean;
            /** @description How long a request may be used after it was made. */
            expiresAfterMs?: number;
        };
        ApprovalPolicyInput: {
            /** @description How many people must approve. */
            required: number;
            /**
             * @description Who may, by id, name or role; anybody who may approve at all when both are empty.
             * @default {
             *       "actors": [],
             *       "roles": []
             *     }
             */
            from?: {
                /** @default [] */
                actors?: string[];
                /** @default [] */
                roles?: string[];
            };
            /** @default false */
            requesterMayApprove?: boolean;
            /**
             * @description Whether who registered the version may.
             * @default true
             */
            trainerMayApprove?: boolean;
            /** @description How long a request may be used after it was made. */
            expiresAfterMs?: number;
        };
        ApprovalState: {
            gate: string;
            required: number;
            granted: number;
            requestId: string | null;
            /** @description Why they do not suffice. */
            reason: string | null;
        };
        Artifact: {
            path: string;
            /** @enum {string} */
            kind: "file" | "folder";
            bytes: number;
            digest: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        ArtifactRef: {
            /** @enum {string} */
            kind: "dataset-version" | "model-version" | "file" | "value";
            /** @description The id of the version, or the digest of the file or value. */
            id: string;
            /** @description sha256 of the content, where it has one; cache keys use it. */
            digest?: string;
            /** @description The dataset, model or file name, for people. */
            name?: string;
            /** @description The value itself, for kind `value`. */
            value?: unknown;
            /** @description A file artifact that is a whole folder; its digest names a manifest. */
            folder?: boolean;
            bytes?: number;
        };
        Assessment: {
            id: string;
            traceId: string;
            /** @enum {string} */
            kind: "feedback" | "expectation" | "issue";
            name: string;
            value: unknown;
            error: {
                code: string;
                message?: string;
                stackTrace?: string;
            } | null;
            source: {
                /** @enum {string} */
                kind: "unspecified" | "human" | "judge" | "code";
                id: string;
            };
            spanId: string | null;
            runId: string | null;
            rationale: string | null;
            metadata: {
                [key: string]: string;
            };
            /** @description The assessment that this one replaces. */
            overrides: string | null;
            /** @description False once another assessment overrides it. */
            isValid: boolean;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        Attention: {
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            kind: string;
            text: string;
            /** Format: date-time */
            at: string;
            /** @description A path of the web page. */
            link: string;
        };
        BatchPrediction: {
            id: string;
            endpoint: string;
            model: string;
            version: number;
            /** @enum {string} */
            state: "waiting" | "running" | "succeeded" | "failed" | "cancelled";
            /** @description Rows of the input that are done. */
            rows: number;
            /** @description Null where the input does not say before it is read. */
            totalRows: number | null;
            quarantinedRows: number;
            error?: {
                code: string;
                message: string;
            };
            result?: components["schemas"]["BatchResult"];
            request: components["schemas"]["BatchRequest"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            endedAt?: string;
        };
        BatchRequest: {
            /** @description A version to score, such as `flights@3`. */
            dataset?: string;
            /** @description Files to score, where it is no dataset. */
            source?: components["schemas"]["DataSource"];
            /**
             * @description Columns of the input to write beside the answers.
             * @default []
             */
            keep: string[];
            /** @description The dataset to write a version of; a file is written unless given. */
            as?: string;
            /** @description Whether to write one Parquet file too, where a dataset is written. */
            file?: boolean;
            /**
             * @description What becomes of a row that cannot be scored: it ends the job, or is put apart with its reason.
             * @default fail
             * @enum {string}
             */
            onBadRow: "fail" | "quarantine";
            /** @description Which variant of the endpoint; the champion unless given. */
            variant?: string;
            /** @description A name of your own: asked again under it, a job that ended early goes on where it was. */
            key?: string;
        };
        BatchResult: {
            /** @description Parquet; download it at `…/result`. */
            file?: {
                digest: string;
                bytes: number;
                rows: number;
            };
            dataset?: {
                name: string;
                version: number;
                versionId: string;
                digest: string;
            };
            /** @description JSON lines with `_row` and `_reason`; download it at `…/quarantine`. */
            quarantine?: {
                digest: string;
                bytes: number;
                rows: number;
            };
            /** @description Over the time it ran since it was last started. */
            rowsPerSecond: number;
        };
        Batching: {
            /**
             * @description How long a request may wait for others, and never longer than half of its time; 0 waits for nobody.
             * @default 0
             */
            maxDelayMs: number;
            /** @description Rows of one run; a larger request runs alone. What suits the model unless said. */
            maxBatchRows?: number;
        };
        BatchingInput: {
            /**
             * @description How long a request may wait for others, and never longer than half of its time; 0 waits for nobody.
             * @default 0
             */
            maxDelayMs?: number;
            /** @description Rows of one run; a larger request runs alone. What suits the model unless said. */
            maxBatchRows?: number;
        };
        BuiltinMetricSource: {
            /**
             * @description One of our own, over both arms since the start.
             * @enum {string}
             */
            builtin: "requests" | "error-rate" | "invalid-rate" | "latency-mean" | "latency-p50" | "latency-p95" | "latency-p99" | "mean-score" | "labelled-rows";
        };
        BuiltinMetricSourceInput: {
            /**
             * @description One of our own, over both arms since the start.
             * @enum {string}
             */
            builtin: "requests" | "error-rate" | "invalid-rate" | "latency-mean" | "latency-p50" | "latency-p95" | "latency-p99" | "mean-score" | "labelled-rows";
        };
        BuiltinStep: {
            /** @constant */
            kind: "builtin";
            builtin: string;
            /**
             * @description Steps that must be done before, beside those it refers to.
             * @default []
             */
            needs: string[];
            /**
             * @description By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.
             * @default {}
             */
            inputs: {
                [key: string]: string | number | boolean | {
                    dataset: string;
                    /** @default latest */
                    version: string;
                } | {
                    model: string;
                    /** @default latest */
                    version: string;
                };
            };
            /** @description Strings in it may hold `{{ … }}`. All pipeline parameters unless given. */
            params?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** @description A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step. */
            when?: string;
            retries?: components["schemas"]["RetrySpec"];
            timeouts?: components["schemas"]["TimeoutSpec"];
            cache?: components["schemas"]["CacheSpec"];
            /** @description A pool of slots shared by all runs, from the setting `pools`. */
            pool?: string;
            /**
             * @description How many slots of the pool the step takes.
             * @default 1
             */
            slots: number;
            description?: string;
        };
        BuiltinStepInput: {
            /** @constant */
            kind: "builtin";
            builtin: string;
            /**
             * @description Steps that must be done before, beside those it refers to.
             * @default []
             */
            needs?: string[];
            /**
             * @description By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.
             * @default {}
             */
            inputs?: {
                [key: string]: string | number | boolean | {
                    dataset: string;
                    /** @default latest */
                    version?: string;
                } | {
                    model: string;
                    /** @default latest */
                    version?: string;
                };
            };
            /** @description Strings in it may hold `{{ … }}`. All pipeline parameters unless given. */
            params?: {
                [key: string]: components["schemas"]["JsonValueInput"];
            };
            /** @description A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step. */
            when?: string;
            retries?: components["schemas"]["RetrySpecInput"];
            timeouts?: components["schemas"]["TimeoutSpecInput"];
            cache?: components["schemas"]["CacheSpecInput"];
            /** @description A pool of slots shared by all runs, from the setting `pools`. */
            pool?: string;
            /**
             * @description How many slots of the pool the step takes.
             * @default 1
             */
            slots?: number;
            description?: string;
        };
        CacheSpec: {
            /** @enum {string} */
            mode: "off" | "content";
            /** @description How old a cached result may be. */
            ttl?: number;
            /** @description Part of the key; change it to forget what was cached. */
            salt?: string;
        };
        CacheSpecInput: {
            /** @enum {string} */
            mode: "off" | "content";
            /** @description How old a cached result may be. */
            ttl?: string | number;
            /** @description Part of the key; change it to forget what was cached. */
            salt?: string;
        };
        CallerLimits: {
            /** @description On average; more answer 429. */
            requestsPerSecond?: number;
            /** @description At once; as many as in a second unless said. */
            burst?: number;
            /** @description Requests under way at once. */
            concurrency?: number;
        };
        CallerLimitsInput: {
            /** @description On average; more answer 429. */
            requestsPerSecond?: number;
            /** @description At once; as many as in a second unless said. */
            burst?: number;
            /** @description Requests under way at once. */
            concurrency?: number;
        };
        CheckResult: {
            /** @description The id of the rule. */
            rule: string;
            type: string;
            column?: string;
            /** @enum {string} */
            severity: "error" | "warn";
            passed: boolean;
            /** @description Rows it looked at: those that are not null there. */
            checkedRows: number;
            /** @description Rows that break it; absent for rules about the whole table. */
            failedRows?: number;
            /** @description The value a table rule saw. */
            observed?: number | string | null;
            /** @description What was found, in one sentence. */
            message: string;
            /** @description Up to 20 distinct values that break it. */
            examples?: unknown[];
            /** @description The rule as it was judged. */
            expectation: {
                [key: string]: unknown;
            };
        };
        CodeBundle: {
            digest: string;
            files: {
                [key: string]: string;
            };
        };
        CodePostprocessing: {
            /** @constant */
            kind: "typescript";
            /** @description A TypeScript module whose default export takes a list of rows and gives as many. */
            source: string;
            /**
             * @description Longest time for one merged batch.
             * @default 1000
             */
            timeoutMs: number;
            /**
             * @description Heap of its process.
             * @default 128
             */
            memoryMb: number;
            /** @description What callers get, one value a row each. */
            outputs: {
                name: string;
                /**
                 * @default number
                 * @enum {string}
                 */
                type: "number" | "integer" | "boolean" | "string";
            }[];
        };
        CodePostprocessingInput: {
            /** @constant */
            kind: "typescript";
            /** @description A TypeScript module whose default export takes a list of rows and gives as many. */
            source: string;
            /**
             * @description Longest time for one merged batch.
             * @default 1000
             */
            timeoutMs?: number;
            /**
             * @description Heap of its process.
             * @default 128
             */
            memoryMb?: number;
            /** @description What callers get, one value a row each. */
            outputs: {
                name: string;
                /**
                 * @default number
                 * @enum {string}
                 */
                type?: "number" | "integer" | "boolean" | "string";
            }[];
        };
        CodePreprocessing: {
            /** @constant */
            kind: "typescript";
            /** @description A TypeScript module whose default export takes a list of rows and gives as many. */
            source: string;
            /**
             * @description Longest time for one merged batch.
             * @default 1000
             */
            timeoutMs: number;
            /**
             * @description Heap of its process.
             * @default 128
             */
            memoryMb: number;
            /** @description What callers give; what the code returns are the model’s columns. */
            columns: {
                name: string;
                /**
                 * @default number
                 * @enum {string}
                 */
                type: "number" | "integer" | "boolean" | "string";
            }[];
        };
        CodePreprocessingInput: {
            /** @constant */
            kind: "typescript";
            /** @description A TypeScript module whose default export takes a list of rows and gives as many. */
            source: string;
            /**
             * @description Longest time for one merged batch.
             * @default 1000
             */
            timeoutMs?: number;
            /**
             * @description Heap of its process.
             * @default 128
             */
            memoryMb?: number;
            /** @description What callers give; what the code returns are the model’s columns. */
            columns: {
                name: string;
                /**
                 * @default number
                 * @enum {string}
                 */
                type?: "number" | "integer" | "boolean" | "string";
            }[];
        };
        CodeVersion: {
            commit: string;
            /**
             * @description Whether there were changes that were not committed.
             * @default false
             */
            dirty: boolean;
            remote?: string;
            /** @description The file or command that was run. */
            entry?: string;
        };
        CodeVersionInput: {
            commit: string;
            /**
             * @description Whether there were changes that were not committed.
             * @default false
             */
            dirty?: boolean;
            remote?: string;
            /** @description The file or command that was run. */
            entry?: string;
        };
        Collected: {
            dryRun: boolean;
            /** @description Contents in the store. */
            stored: number;
            storedBytes: number;
            /** @description Those that nothing needs: removed, or with a dry run to be removed. */
            unused: number;
            unusedBytes: number;
            /** @description Those that nothing needs yet, but that came too lately to be sure. */
            young: number;
            youngBytes: number;
        };
        ColumnProfile: {
            name: string;
            type: string;
            /** @enum {string} */
            kind: "number" | "text" | "boolean" | "time" | "other";
            nulls: number;
            /** @description Distinct values; an estimate (HyperLogLog) above 200,000 rows. */
            distinct: number;
            min?: string | number | boolean | null;
            max?: string | number | boolean | null;
            mean?: number | null;
            /** @description Sample standard deviation (n - 1). */
            sd?: number | null;
            /** @description By probability, such as `0.5`; linear interpolation. */
            quantiles?: {
                [key: string]: number;
            };
            /** @description Equal-width bins, the last closed; one edge more than counts. */
            histogram?: {
                edges: number[];
                counts: number[];
            };
            /** @description The most frequent values. */
            top?: {
                value: string | number | boolean | null;
                count: number;
            }[];
            minLength?: number | null;
            maxLength?: number | null;
        };
        ComparedMetric: {
            /**
             * @description By interval: shares of failing and of refused or non-finite requests, geometric mean of latency, share slower than the champion’s 95th percentile, mean score.
             * @enum {string}
             */
            name: "error-rate" | "invalid-rate" | "latency" | "slow-share" | "score";
            /**
             * @description Which difference counts as worse.
             * @default higher
             * @enum {string}
             */
            worse: "higher" | "lower" | "either";
            /** @description Its group; its own name unless said. */
            group?: string;
            /**
             * @description Worse on this metric makes the score 0.
             * @default false
             */
            critical: boolean;
            /**
             * @description Without data it counts as worse.
             * @default false
             */
            mustHaveData: boolean;
            /**
             * @description Intervals without a value are left out, or count as zero.
             * @default remove
             * @enum {string}
             */
            nan: "remove" | "zero";
        };
        ComparedMetricInput: {
            /**
             * @description By interval: shares of failing and of refused or non-finite requests, geometric mean of latency, share slower than the champion’s 95th percentile, mean score.
             * @enum {string}
             */
            name: "error-rate" | "invalid-rate" | "latency" | "slow-share" | "score";
            /**
             * @description Which difference counts as worse.
             * @default higher
             * @enum {string}
             */
            worse?: "higher" | "lower" | "either";
            /** @description Its group; its own name unless said. */
            group?: string;
            /**
             * @description Worse on this metric makes the score 0.
             * @default false
             */
            critical?: boolean;
            /**
             * @description Without data it counts as worse.
             * @default false
             */
            mustHaveData?: boolean;
            /**
             * @description Intervals without a value are left out, or count as zero.
             * @default remove
             * @enum {string}
             */
            nan?: "remove" | "zero";
        };
        ComparisonRules: {
            /**
             * @description Let a low score take the candidate back; it is only told unless said, because it is not safe to watch.
             * @default false
             */
            asRule: boolean;
            /**
             * @description Length of an interval; doubled whenever there would be more than 48.
             * @default 5000
             */
            intervalMs: number;
            /**
             * @description Intervals of each arm before it says anything.
             * @default 6
             */
            minIntervals: number;
            /**
             * @description Of the interval around the shift.
             * @default 0.98
             */
            confidence: number;
            /**
             * @description The interval must clear this share of the estimated shift to count as different.
             * @default 0.25
             */
            tolerance: number;
            metrics: components["schemas"]["ComparedMetric"][];
            /**
             * @description Weight of each group; groups not named share what is left of 100.
             * @default {}
             */
            weights: {
                [key: string]: number;
            };
            /**
             * @description A score below fails.
             * @default 50
             */
            marginal: number;
            /**
             * @description A score at or above passes.
             * @default 75
             */
            pass: number;
        };
        ComparisonRulesInput: {
            /**
             * @description Let a low score take the candidate back; it is only told unless said, because it is not safe to watch.
             * @default false
             */
            asRule?: boolean;
            /**
             * @description Length of an interval; doubled whenever there would be more than 48.
             * @default 5000
             */
            intervalMs?: number;
            /**
             * @description Intervals of each arm before it says anything.
             * @default 6
             */
            minIntervals?: number;
            /**
             * @description Of the interval around the shift.
             * @default 0.98
             */
            confidence?: number;
            /**
             * @description The interval must clear this share of the estimated shift to count as different.
             * @default 0.25
             */
            tolerance?: number;
            /**
             * @default [
             *       {
             *         "name": "error-rate",
             *         "group": "errors",
             *         "critical": true
             *       },
             *       {
             *         "name": "invalid-rate",
             *         "group": "errors"
             *       },
             *       {
             *         "name": "latency",
             *         "group": "latency"
             *       },
             *       {
             *         "name": "slow-share",
             *         "group": "latency"
             *       },
             *       {
             *         "name": "score",
             *         "group": "predictions",
             *         "worse": "either"
             *       }
             *     ]
             */
            metrics?: components["schemas"]["ComparedMetricInput"][];
            /**
             * @description Weight of each group; groups not named share what is left of 100.
             * @default {}
             */
            weights?: {
                [key: string]: number;
            };
            /**
             * @description A score below fails.
             * @default 50
             */
            marginal?: number;
            /**
             * @description A score at or above passes.
             * @default 75
             */
            pass?: number;
        };
        ConcurrencySpec: {
            /** @default 1 */
            max: number;
            /**
             * @default queue
             * @enum {string}
             */
            policy: "queue" | "cancel-previous" | "skip";
        };
        ConcurrencySpecInput: {
            /** @default 1 */
            max?: number;
            /**
             * @default queue
             * @enum {string}
             */
            policy?: "queue" | "cancel-previous" | "skip";
        };
        CreatedToken: {
            token: components["schemas"]["Token"];
            /** @description Shown this once; only its hash is kept. */
            secret: string;
        };
        CreatedWebhook: {
            webhook: components["schemas"]["Webhook"];
            secret: string;
        };
        CsvOptions: {
            /** @description Found from the first line unless given. */
            delimiter?: string;
            /** @default " */
            quote: string;
            /** @default " */
            escape: string;
            /**
             * @description Whether the first line names the columns.
             * @default true
             */
            header: boolean;
            /**
             * @description Texts that mean null.
             * @default [
             *       ""
             *     ]
             */
            nullText: string[];
            /**
             * @default utf-8
             * @enum {string}
             */
            encoding: "utf-8" | "latin-1" | "utf-16";
            /**
             * @default .
             * @enum {string}
             */
            decimalSeparator: "." | ",";
            /** @description Such as `%d.%m.%Y`. */
            dateFormat?: string;
            timestampFormat?: string;
        };
        CsvOptionsInput: {
            /** @description Found from the first line unless given. */
            delimiter?: string;
            /** @default " */
            quote?: string;
            /** @default " */
            escape?: string;
            /**
             * @description Whether the first line names the columns.
             * @default true
             */
            header?: boolean;
            /**
             * @description Texts that mean null.
             * @default [
             *       ""
             *     ]
             */
            nullText?: string[];
            /**
             * @default utf-8
             * @enum {string}
             */
            encoding?: "utf-8" | "latin-1" | "utf-16";
            /**
             * @default .
             * @enum {string}
             */
            decimalSeparator?: "." | ",";
            /** @description Such as `%d.%m.%Y`. */
            dateFormat?: string;
            timestampFormat?: string;
        };
        Curve: {
            runId: string;
            key: string;
            /** @description How many points were logged between the steps. */
            total: number;
            steps: number[];
            at: string[];
            /** @description The points, or the last one of each bucket. */
            values: number[];
            /** @description The least value of each bucket. */
            min: number[];
            max: number[];
        };
        CurveArm: {
            requests: number;
            rows: number;
            errorRate: number | null;
            invalidRate: number | null;
            p50Ms: number | null;
            p95Ms: number | null;
            p99Ms: number | null;
            /** @description Of labelled pairs. */
            meanLoss: number | null;
        };
        CurvePoint: {
            /** Format: date-time */
            at: string;
            step: number;
            look: number;
            /** @enum {string} */
            verdict: "pass" | "fail" | "inconclusive";
            labels: number;
            candidate: components["schemas"]["CurveArm"];
            champion: components["schemas"]["CurveArm"];
            psi: number | null;
            disagreement: number | null;
            /** @description Of the comparison by intervals, 0 to 100. */
            score: number | null;
            /** @description Most evidence so far by rule, as a natural logarithm; a rule fails at ln(1/alpha). */
            logE: {
                [key: string]: number;
            };
        };
        CurveQueryInput: {
            runs: string[];
            keys: string[];
            /**
             * @description How many points of a curve at the most.
             * @default 500
             */
            points?: number;
            fromStep?: number;
            toStep?: number;
        };
        DataSource: {
            /** @description Paths and globs on the server. */
            files?: string[];
            /** @description Uploaded files by their sha256; the name tells the format and is used in messages. */
            uploads?: {
                digest: string;
                name: string;
            }[];
            /**
             * @description Seen from name and content unless given.
             * @enum {string}
             */
            format?: "csv" | "parquet" | "json" | "ndjson";
            csv?: components["schemas"]["CsvOptions"];
            /** @description Types of columns, where they should not be found from the values. */
            types?: {
                [key: string]: string;
            };
            /**
             * @description Whether files may have different columns; what is missing becomes null.
             * @default false
             */
            unionByName: boolean;
        };
        DataSourceInput: {
            /** @description Paths and globs on the server. */
            files?: string[];
            /** @description Uploaded files by their sha256; the name tells the format and is used in messages. */
            uploads?: {
                digest: string;
                name: string;
            }[];
            /**
             * @description Seen from name and content unless given.
             * @enum {string}
             */
            format?: "csv" | "parquet" | "json" | "ndjson";
            csv?: components["schemas"]["CsvOptionsInput"];
            /** @description Types of columns, where they should not be found from the values. */
            types?: {
                [key: string]: string;
            };
            /**
             * @description Whether files may have different columns; what is missing becomes null.
             * @default false
             */
            unionByName?: boolean;
        };
        Dataset: {
            id: string;
            name: string;
            description: string | null;
            /** @description What the bare name means; null before the first version. */
            currentVersion: number | null;
            versions: number;
            /** @description Whether a project declares it. */
            declared: boolean;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        DatasetColumn: {
            name: string;
            /** @description The SQL type, such as `DOUBLE` or `VARCHAR`. */
            type: string;
        };
        DatasetInput: {
            name: string;
            digest: string;
            /** @description The id of the dataset version of this platform. */
            versionId?: string;
            /**
             * @description What for: training, validation, test …
             * @default
             */
            context: string;
            /** @description What sort of place the source is, such as `local` or `http`. */
            sourceType?: string;
            /** @description Where it came from, for data kept elsewhere. */
            source?: string;
            schema?: string;
            profile?: string;
            /** @description What else is said of this use. */
            tags?: {
                [key: string]: string;
            };
        };
        DatasetInputInput: {
            name: string;
            digest: string;
            /** @description The id of the dataset version of this platform. */
            versionId?: string;
            /**
             * @description What for: training, validation, test …
             * @default
             */
            context?: string;
            /** @description What sort of place the source is, such as `local` or `http`. */
            sourceType?: string;
            /** @description Where it came from, for data kept elsewhere. */
            source?: string;
            schema?: string;
            profile?: string;
            /** @description What else is said of this use. */
            tags?: {
                [key: string]: string;
            };
        };
        DatasetProducer: {
            /** @description The pipeline run. */
            runId?: string;
            stepName?: string;
            /** @description The batch prediction it is the result of. */
            scoring?: {
                batchId: string;
                endpoint: string;
                model: string;
                version: number;
                modelVersionId: string;
            };
        };
        DatasetRows: {
            columns: components["schemas"]["DatasetColumn"][];
            items: {
                [key: string]: unknown;
            }[];
            nextPageToken?: string;
        };
        DatasetSpecInput: {
            description?: string;
            /** @description What an ingest reads that names no source of its own. */
            source?: components["schemas"]["DataSourceInput"];
            /** @default [] */
            expectations?: components["schemas"]["ExpectationInput"][];
            /**
             * @description The largest share of rows that may go to quarantine; above it the version is refused.
             * @default 1
             */
            maxQuarantinedShare?: number;
            /** @description Columns that hold personal data: logs of endpoints that name this dataset hash them. */
            personal?: string[];
        };
        DatasetValidation: {
            id: string;
            dataset: string;
            /** @description Null where the rows were refused. */
            version: number | null;
            /** @enum {string} */
            outcome: "passed" | "warned" | "quarantined" | "refused";
            rows: number;
            quarantinedRows: number;
            failedRules: string[];
            /** Format: date-time */
            at: string;
        };
        DatasetValidationResult: {
            id: string;
            dataset: string;
            /** @description Null where the rows were refused. */
            version: number | null;
            /** @enum {string} */
            outcome: "passed" | "warned" | "quarantined" | "refused";
            rows: number;
            quarantinedRows: number;
            failedRules: string[];
            /** Format: date-time */
            at: string;
            checks: components["schemas"]["CheckResult"][];
        };
        DatasetVersion: {
            id: string;
            dataset: string;
            version: number;
            /** @description sha256 of the manifest: equal for equal content. */
            digest: string;
            rows: number;
            /** @description Rows that broke `error` rules and were put apart. */
            quarantinedRows: number;
            bytes: number;
            /** @description Equal for the same rows in any order and in any files. */
            rowHash: string;
            columns: components["schemas"]["DatasetColumn"][];
            tags: string[];
            isCurrent: boolean;
            /** @description Ids of the versions it was made from. */
            parents: string[];
            producer: components["schemas"]["DatasetProducer"] | null;
            validationId: string | null;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
        };
        DatasetVersionDiff: {
            from: {
                dataset: string;
                version: number;
                rows: number;
            };
            to: {
                dataset: string;
                version: number;
                rows: number;
            };
            /** @description Whether both have the same rows, whatever their order. */
            sameRows: boolean;
            columnsAdded: components["schemas"]["DatasetColumn"][];
            columnsRemoved: components["schemas"]["DatasetColumn"][];
            columnsRetyped: {
                name: string;
                from: string;
                to: string;
            }[];
            /** @description Rows of `to` that `from` lacks, compared by the columns both have. */
            rowsAdded: number;
            rowsRemoved: number;
            addedExamples: {
                [key: string]: unknown;
            }[];
            removedExamples: {
                [key: string]: unknown;
            }[];
            /** @description Profiles side by side, for columns both have. */
            columns: {
                name: string;
                nulls: {
                    from: number | null;
                    to: number | null;
                };
                distinct: {
                    from: number | null;
                    to: number | null;
                };
                mean: {
                    from: number | null;
                    to: number | null;
                };
                sd: {
                    from: number | null;
                    to: number | null;
                };
            }[];
        };
        DecisionReplay: {
            decision: components["schemas"]["RolloutDecision"];
            /** @description Whether verdict and numbers came out as they were; with other rules, only the verdict. */
            same: boolean;
            /** @description Whether the prediction log was read and folded again. */
            fromLog: boolean;
            otherRules: boolean;
            /** @description As it came out now. */
            judgement: components["schemas"]["Judgement"];
            /** @description What differs, by its place in the judgement; at most 100. */
            differences: {
                at: string;
                stored: string | number | boolean | null;
                replayed: string | number | boolean | null;
            }[];
            look: number;
            stateBytes: number;
            /** @description Requests the verdict rests on. */
            requests: number;
            /** @description What keeps a reading of the log from being exact, where something does. */
            notes: string[];
        };
        DeclaredVariant: {
            name: string;
            /** @description A fixed version; or else `alias`. */
            version?: number;
            /** @description The version this alias names. */
            alias?: string;
            /**
             * @description Share of traffic; the champion has what is left.
             * @default 0
             */
            percent: number;
            /** @default false */
            shadow: boolean;
        };
        DeclaredVariantInput: {
            name: string;
            /** @description A fixed version; or else `alias`. */
            version?: number;
            /** @description The version this alias names. */
            alias?: string;
            /**
             * @description Share of traffic; the champion has what is left.
             * @default 0
             */
            percent?: number;
            /** @default false */
            shadow?: boolean;
        };
        DriftAt: {
            endpoint: string;
            /** Format: date-time */
            at: string;
            runs: components["schemas"]["MonitorRunSummary"][];
            alerts: components["schemas"]["Alert"][];
        };
        EffectiveSettings: {
            path: string;
            /** @description What this very folder says. */
            own: components["schemas"]["FolderSettings"];
            /** @description With all that is inherited. */
            effective: components["schemas"]["FolderSettings"];
            /** @description The folder that each effective setting comes from. */
            from: {
                [key: string]: string;
            };
        };
        Endpoint: {
            name: string;
            /**
             * @description `waiting`: the alias names no version yet, or it was unloaded.
             * @enum {string}
             */
            state: "waiting" | "ready" | "failed";
            /** @description Why it is not ready, and the cure. */
            reason?: string;
            revision: number;
            variants: components["schemas"]["Variant"][];
            /** @description The rollout under way. */
            rolloutId?: string;
            /** @description The experiment under way. */
            experimentId?: string;
            spec: components["schemas"]["EndpointSpec"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        EndpointExperiment: {
            id: string;
            endpoint: string;
            model: string;
            /**
             * @description `decided`: a winner is known and the arms still share the traffic; `stopped`: a guard ended it.
             * @enum {string}
             */
            state: "running" | "decided" | "stopped" | "ended";
            /** @description Whether a bandit keeps its shares as they are. */
            frozen: boolean;
            spec: components["schemas"]["EndpointExperimentSpec"];
            arms: {
                name: string;
                version: number;
                /** @description Percent, as dealt now. */
                share: number;
            }[];
            decision?: components["schemas"]["ExperimentDecision"];
            /** @description Why it ended. */
            reason?: string;
            startedBy: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it was last analysed.
             */
            lookedAt?: string;
            /** Format: date-time */
            endedAt?: string;
        };
        EndpointExperimentReport: {
            experimentId: string;
            endpoint: string;
            /** @enum {string} */
            kind: "ab" | "bandit" | "shadow";
            /** @enum {string} */
            state: "running" | "decided" | "stopped" | "ended";
            /**
             * Format: date-time
             * @description When it was looked at.
             */
            at: string;
            looks: number;
            metric: components["schemas"]["ExperimentMetric"];
            /** @enum {string} */
            direction: "up" | "down";
            alpha: number;
            minimumEffect: number;
            arms: components["schemas"]["ExperimentArmReport"][];
            comparisons: components["schemas"]["ExperimentComparison"][];
            guards: components["schemas"]["ExperimentGuardReport"][];
            /** @description Whether the arms got the traffic they should; null where shares are not fixed or callers keep their arm. */
            sampleRatio: {
                expected: number[];
                observed: number[];
                chiSquare: number | null;
                /** @description Of a test at this one look. */
                chiSquareP: number | null;
                /** @description Valid at every look. */
                pValue: number;
                mismatch: boolean;
            } | null;
            estimate: {
                /** @description The difference to be found. */
                effect: number;
                requestsNeeded: number | null;
                requestsPerHour: number | null;
                hoursLeft: number | null;
            } | null;
            /** @description Of the kind `shadow`: the same rows answered by both. */
            paired: {
                arm: string;
                pairs: number;
                /** @description Rows of the challenger without the champion’s beside them. */
                unpaired: number;
                /** @description Share of pairs with the same class, or with numbers that differ by at most 1e-6. */
                agreement: number | null;
                /** @description Mean absolute difference of the scores. */
                meanDelta: number | null;
                labelled: number;
            }[];
            decision?: components["schemas"]["ExperimentDecision"];
            notes: string[];
            /** @description Looks, thinned to at most 200, oldest first. */
            series: components["schemas"]["ExperimentLook"][];
        };
        EndpointExperimentSpec: {
            /**
             * @description Fixed shares, shares that follow the rewards, or challengers that answer unseen beside the champion.
             * @default ab
             * @enum {string}
             */
            kind: "ab" | "bandit" | "shadow";
            /** @default  */
            description: string;
            /** @description The first is the control: `champion`. */
            arms: components["schemas"]["ExperimentArm"][];
            metric: components["schemas"]["ExperimentMetric"];
            /**
             * @description Which way is better; down for loss, else up, unless said.
             * @enum {string}
             */
            direction?: "up" | "down";
            /**
             * @description Smallest difference that matters; arms surely closer than it are called alike.
             * @default 0
             */
            minimumEffect: number;
            /**
             * @description Chance of a false winner, over all looks and arms.
             * @default 0.05
             */
            alpha: number;
            /** @default [] */
            guards: components["schemas"]["ExperimentGuard"][];
            /**
             * @description Chance of a false alarm of each guard and arm.
             * @default 0.001
             */
            guardAlpha: number;
            /**
             * @description Measured requests of each arm before anything is decided.
             * @default 200
             */
            minSamples: number;
            /**
             * @description Longest time; two weeks.
             * @default 1209600000
             */
            maxMs: number;
            /** @description Labels that come later after their prediction do not count; all count unless said. */
            labelWindowMs?: number;
            /**
             * @description What a request without a label is worth once `labelWindowMs` has passed: nothing known, or 0. With `zero` labels, too, count only then.
             * @default ignore
             * @enum {string}
             */
            unlabelled: "ignore" | "zero";
            /**
             * @default stop
             * @enum {string}
             */
            onGuard: "stop" | "tell";
            /**
             * @description `promote` gives the winner the alias.
             * @default tell
             * @enum {string}
             */
            onDecision: "tell" | "promote";
            bandit?: components["schemas"]["ExperimentBandit"];
        };
        EndpointExperimentSpecInput: {
            /**
             * @description Fixed shares, shares that follow the rewards, or challengers that answer unseen beside the champion.
             * @default ab
             * @enum {string}
             */
            kind?: "ab" | "bandit" | "shadow";
            /** @default  */
            description?: string;
            /** @description The first is the control: `champion`. */
            arms: components["schemas"]["ExperimentArmInput"][];
            metric: components["schemas"]["ExperimentMetricInput"];
            /**
             * @description Which way is better; down for loss, else up, unless said.
             * @enum {string}
             */
            direction?: "up" | "down";
            /**
             * @description Smallest difference that matters; arms surely closer than it are called alike.
             * @default 0
             */
            minimumEffect?: number;
            /**
             * @description Chance of a false winner, over all looks and arms.
             * @default 0.05
             */
            alpha?: number;
            /** @default [] */
            guards?: components["schemas"]["ExperimentGuardInput"][];
            /**
             * @description Chance of a false alarm of each guard and arm.
             * @default 0.001
             */
            guardAlpha?: number;
            /**
             * @description Measured requests of each arm before anything is decided.
             * @default 200
             */
            minSamples?: number;
            /**
             * @description Longest time; two weeks.
             * @default 1209600000
             */
            maxMs?: number;
            /** @description Labels that come later after their prediction do not count; all count unless said. */
            labelWindowMs?: number;
            /**
             * @description What a request without a label is worth once `labelWindowMs` has passed: nothing known, or 0. With `zero` labels, too, count only then.
             * @default ignore
             * @enum {string}
             */
            unlabelled?: "ignore" | "zero";
            /**
             * @default stop
             * @enum {string}
             */
            onGuard?: "stop" | "tell";
            /**
             * @description `promote` gives the winner the alias.
             * @default tell
             * @enum {string}
             */
            onDecision?: "tell" | "promote";
            bandit?: components["schemas"]["ExperimentBanditInput"];
        };
        EndpointPackage: {
            manifest: components["schemas"]["PackageManifest"];
            /** @description sha256 of `model/manifest.json`. */
            digest: string;
            image: string;
            /** @description Name of its Kubernetes resources. */
            resourceName: string;
            /** @description Size of what the image is built from. */
            contextBytes: number;
            /** @description What was changed or left out, and what to do about it. */
            notices: string[];
            files: components["schemas"]["PackagedFile"][];
        };
        EndpointSpec: {
            /** @description The registered model that answers. */
            model: string;
            /**
             * @description The alias whose version serves; the endpoint follows it.
             * @default champion
             */
            alias: string;
            /** @default  */
            description: string;
            stickyKey?: {
                /** @description Request header whose value keeps a caller on one variant. */
                header?: string;
                /** @description Column of the first row whose value keeps a caller on one variant. */
                field?: string;
                /** @description Cookie whose value keeps a caller on one variant. */
                cookie?: string;
            };
            /** @default [] */
            variants: components["schemas"]["DeclaredVariant"][];
            /**
             * @description What to do with columns the model has not.
             * @default ignore
             * @enum {string}
             */
            extraColumns: "ignore" | "refuse";
            /**
             * @description Deadline of a request, queue included.
             * @default 10000
             */
            timeoutMs: number;
            /**
             * @description Rows that may wait; more answer 429.
             * @default 8192
             */
            maxQueueRows: number;
            /** @description How requests wait to run together; they never do unless said. */
            batching?: components["schemas"]["Batching"];
            /** @description What each caller may ask; no limit unless said. */
            limits?: components["schemas"]["CallerLimits"];
            /**
             * @description Where the model runs; `auto` measures.
             * @default auto
             * @enum {string}
             */
            placement: "auto" | "inline" | "worker";
            /** @description Where the model computes: as ONNX in this server, in a process beside it, or at another server. */
            runtime: components["schemas"]["RuntimeSpec"];
            /** @description Columns that are looked up by whom a row is about. */
            features?: components["schemas"]["FeatureJoin"];
            /** @description What is done to rows before the model sees them. */
            preprocess?: components["schemas"]["Preprocess"];
            /** @description What is done to its answers before callers see them. */
            postprocess?: components["schemas"]["Postprocess"];
            /** @description The one output that scoring routes (MLflow, V1) answer with; all unless said. */
            scoringOutput?: string;
            log: components["schemas"]["PredictionLogSpec"];
            rollout: components["schemas"]["RolloutPlan"];
        };
        EndpointSpecInput: {
            /** @description The registered model that answers. */
            model: string;
            /** @description The alias whose version serves; the endpoint follows it. */
            alias?: string;
            /** @default  */
            description?: string;
            stickyKey?: {
                /** @description Request header whose value keeps a caller on one variant. */
                header?: string;
                /** @description Column of the first row whose value keeps a caller on one variant. */
                field?: string;
                /** @description Cookie whose value keeps a caller on one variant. */
                cookie?: string;
            };
            variants?: components["schemas"]["DeclaredVariantInput"][];
            /**
             * @description What to do with columns the model has not.
             * @default ignore
             * @enum {string}
             */
            extraColumns?: "ignore" | "refuse";
            /**
             * @description Deadline of a request, queue included.
             * @default 10000
             */
            timeoutMs?: number;
            /**
             * @description Rows that may wait; more answer 429.
             * @default 8192
             */
            maxQueueRows?: number;
            /** @description How requests wait to run together; they never do unless said. */
            batching?: components["schemas"]["BatchingInput"];
            /** @description What each caller may ask; no limit unless said. */
            limits?: components["schemas"]["CallerLimitsInput"];
            /**
             * @description Where the model runs; `auto` measures.
             * @default auto
             * @enum {string}
             */
            placement?: "auto" | "inline" | "worker";
            /**
             * @description Where the model computes: as ONNX in this server, in a process beside it, or at another server.
             * @default {
             *       "kind": "onnx"
             *     }
             */
            runtime?: components["schemas"]["RuntimeSpecInput"];
            /** @description Columns that are looked up by whom a row is about. */
            features?: components["schemas"]["FeatureJoinInput"];
            /** @description What is done to rows before the model sees them. */
            preprocess?: components["schemas"]["PreprocessInput"];
            /** @description What is done to its answers before callers see them. */
            postprocess?: components["schemas"]["PostprocessInput"];
            /** @description The one output that scoring routes (MLflow, V1) answer with; all unless said. */
            scoringOutput?: string;
            /** @default {} */
            log?: components["schemas"]["PredictionLogSpecInput"];
            /** @default {} */
            rollout?: components["schemas"]["RolloutPlanInput"];
        };
        EndpointStats: {
            endpoint: string;
            minutes: number;
            queuedRows: number;
            queuedBytes: number;
            droppedLogRows: number;
            droppedShadowRows: number;
            /** @description How many replicas the load of this one asks for; a fraction of one when idle. */
            wantedReplicas: number;
            variants: components["schemas"]["VariantStats"][];
        };
        Environment: {
            node?: string;
            python?: string;
            platform?: string;
            packages?: {
                [key: string]: string;
            };
        };
        EnvironmentInput: {
            node?: string;
            python?: string;
            platform?: string;
            packages?: {
                [key: string]: string;
            };
        };
        EvaluationSpecInput: {
            /**
             * @description Columns whose values are reported apart.
             * @default []
             */
            slices?: string[];
            /**
             * @description Resamples for intervals; 0 for no intervals.
             * @default 200
             */
            bootstrap?: 0 | number;
            /**
             * @description Permutation importance of each feature.
             * @default true
             */
            importance?: boolean;
        };
        Evidence: {
            model: {
                [key: string]: unknown;
            };
            version: {
                [key: string]: unknown;
            };
            target: components["schemas"]["PromotionTarget"];
            run: {
                [key: string]: unknown;
            } | null;
            documents: {
                [key: string]: unknown;
            };
            data: {
                [key: string]: unknown;
            }[];
            champion: {
                [key: string]: unknown;
            } | null;
            facts: {
                [key: string]: unknown;
            };
        };
        EvidenceDocument: {
            id: string;
            name: string;
            sequence: number;
            digest: string;
            document: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
        };
        EvidenceInput: {
            model: {
                [key: string]: unknown;
            };
            version: {
                [key: string]: unknown;
            };
            target: components["schemas"]["PromotionTargetInput"];
            run: {
                [key: string]: unknown;
            } | null;
            documents: {
                [key: string]: unknown;
            };
            data: {
                [key: string]: unknown;
            }[];
            champion: {
                [key: string]: unknown;
            } | null;
            facts: {
                [key: string]: unknown;
            };
        };
        ExpectationInput: {
            /** @constant */
            type: "not_null";
            /** @description The column it is about. */
            column: string;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "unique";
            /** @description The column it is about. */
            column: string;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "compound_unique";
            columns: string[];
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "type";
            /** @description The column it is about. */
            column: string;
            /** @enum {string} */
            is: "integer" | "number" | "text" | "boolean" | "date" | "timestamp";
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "between";
            /** @description The column it is about. */
            column: string;
            min?: number | string;
            max?: number | string;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "in_set";
            /** @description The column it is about. */
            column: string;
            values: (string | number | boolean)[];
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "regex";
            /** @description The column it is about. */
            column: string;
            pattern: string;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "length";
            /** @description The column it is about. */
            column: string;
            min?: number;
            max?: number;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "sql";
            /** @description A SQL expression over the columns that is true for good rows. */
            expression: string;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
            /**
             * @description The share of non-null values that has to pass; at or above it the rule passes and keeps its rows.
             * @default 1
             */
            mostly?: number;
        } | {
            /** @constant */
            type: "row_count";
            min?: number;
            max?: number;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
        } | {
            /** @constant */
            type: "mean_between";
            /** @description The column it is about. */
            column: string;
            min?: number;
            max?: number;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
        } | {
            /** @constant */
            type: "quantile_between";
            /** @description The column it is about. */
            column: string;
            quantile: number;
            min?: number;
            max?: number;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
        } | {
            /** @constant */
            type: "freshness";
            /** @description The column it is about. */
            column: string;
            /** @description How old the newest value of the column may be. */
            maxAgeMs: number;
            /** @description The rule's name in results and quarantine; made from its type and columns unless given. */
            id?: string;
            /**
             * @description `error`: rows that break it are quarantined, a table that breaks it is refused. `warn`: only reported.
             * @default error
             * @enum {string}
             */
            severity?: "error" | "warn";
        };
        Experiment: {
            id: string;
            name: string;
            description: string;
            /** @enum {string} */
            lifecycle: "active" | "deleted";
            artifactLocation: string | null;
            tags: {
                [key: string]: string;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        ExperimentArm: {
            /** @description `champion`, a variant the endpoint declares, or a new name with `version`. */
            name: string;
            /** @description The version; the declared one unless said. */
            version?: number;
            /** @description Percent of the traffic; equal shares unless said. */
            share?: number;
        };
        ExperimentArmInput: {
            /** @description `champion`, a variant the endpoint declares, or a new name with `version`. */
            name: string;
            /** @description The version; the declared one unless said. */
            version?: number;
            /** @description Percent of the traffic; equal shares unless said. */
            share?: number;
        };
        ExperimentArmReport: {
            name: string;
            version: number;
            /** @description Percent of the traffic, as dealt now. */
            share: number;
            /** @description Requests dealt by chance; those that asked for the arm are left out. */
            requests: number;
            rows: number;
            /** @description Requests that asked for this arm by name; they are not compared. */
            asked: number;
            /** @description Requests whose metric is known. */
            measured: number;
            mean: number | null;
            low: number | null;
            high: number | null;
            errorRate: number | null;
            invalidRate: number | null;
            p50Ms: number | null;
            p95Ms: number | null;
            p99Ms: number | null;
            /** @description Of a bandit: the posterior probability that the arm is best. */
            probabilityBest: number | null;
            /** @description What the arm would have earned with all traffic, by inverse propensity, plain and self-normalised. */
            offPolicy: {
                ips: number | null;
                ipsLow: number | null;
                ipsHigh: number | null;
                snips: number | null;
                snipsLow: number | null;
                snipsHigh: number | null;
                /** @description How many requests the weighted sample is worth. */
                effectiveRequests: number | null;
            };
        };
        ExperimentBandit: {
            /**
             * @description Beta–Bernoulli, or normal–inverse-gamma.
             * @default binary
             * @enum {string}
             */
            reward: "binary" | "real";
            /**
             * @description Least share of each arm, 0 to 1.
             * @default 0.05
             */
            floor: number;
            floorDecay?: {
                to: number;
                /** @description Rewarded requests in which the distance to `to` halves. */
                halfLifeRequests: number;
            };
            /**
             * @description How often shares are set anew.
             * @default 10000
             */
            everyMs: number;
            /**
             * @description Deal by the sticky key, so that a caller moves only as shares move.
             * @default false
             */
            sticky: boolean;
        };
        ExperimentBanditInput: {
            /**
             * @description Beta–Bernoulli, or normal–inverse-gamma.
             * @default binary
             * @enum {string}
             */
            reward?: "binary" | "real";
            /**
             * @description Least share of each arm, 0 to 1.
             * @default 0.05
             */
            floor?: number;
            floorDecay?: {
                to: number;
                /** @description Rewarded requests in which the distance to `to` halves. */
                halfLifeRequests: number;
            };
            /**
             * @description How often shares are set anew.
             * @default 10000
             */
            everyMs?: number;
            /**
             * @description Deal by the sticky key, so that a caller moves only as shares move.
             * @default false
             */
            sticky?: boolean;
        };
        ExperimentComparison: {
            arm: string;
            control: string;
            /** @description Mean of the arm less that of the control. */
            difference: number | null;
            low: number | null;
            high: number | null;
            /** @description The difference as a share of the control’s mean. */
            relative: number | null;
            /** @description How sure the interval is, at every look at once. */
            level: number;
            /** @description Valid however often it is looked at: the least so far. */
            pValue: number;
            /** @enum {string} */
            verdict: "better" | "worse" | "alike" | "undecided";
        };
        ExperimentDecision: {
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            verdict: "winner" | "control" | "alike" | "inconclusive" | "guard";
            /** @description The arm that should answer from now on. */
            winner: string | null;
            reason: string;
            /** @description Whether the winner was given the alias. */
            promoted: boolean;
        };
        ExperimentGuard: {
            /** @enum {string} */
            metric: "error-rate" | "invalid-rate" | "latency-p50" | "latency-p95" | "latency-p99";
            /** @description At most this many times what the control has. */
            relative?: number;
            /** @description At most this: a share from 0 to 1, or milliseconds. */
            absolute?: number;
        };
        ExperimentGuardInput: {
            /** @enum {string} */
            metric: "error-rate" | "invalid-rate" | "latency-p50" | "latency-p95" | "latency-p99";
            /** @description At most this many times what the control has. */
            relative?: number;
            /** @description At most this: a share from 0 to 1, or milliseconds. */
            absolute?: number;
        };
        ExperimentGuardReport: {
            metric: string;
            arm: string;
            /** @description The limit it is held to: a rate, milliseconds, or times the control. */
            limit: number;
            isRelative: boolean;
            value: number | null;
            control: number | null;
            /** @enum {string} */
            verdict: "ok" | "tripped" | "unknown";
            message: string;
        };
        ExperimentLook: {
            /** Format: date-time */
            at: string;
            arms: {
                name: string;
                measured: number;
                mean: number | null;
                share: number;
            }[];
            comparisons: {
                arm: string;
                difference: number | null;
                low: number | null;
                high: number | null;
                pValue: number;
            }[];
        };
        ExperimentMetric: {
            /** @constant */
            kind: "label";
        } | {
            /** @constant */
            kind: "accuracy";
        } | {
            /** @constant */
            kind: "loss";
        } | {
            /** @constant */
            kind: "output";
            output: string;
        };
        ExperimentMetricInput: {
            /** @constant */
            kind: "label";
        } | {
            /** @constant */
            kind: "accuracy";
        } | {
            /** @constant */
            kind: "loss";
        } | {
            /** @constant */
            kind: "output";
            output: string;
        };
        ExplainRequestInput: {
            /** @description The class whose score is explained; of two the second, of more the most likely of the row. */
            class?: string | number | boolean;
            /**
             * @description `sampled` asks the whole model, even where it can be explained exactly.
             * @default auto
             * @enum {string}
             */
            method?: "auto" | "sampled";
            /**
             * @description Orders to draw where it is sampled.
             * @default 64
             */
            samples?: number;
            /** @default 0 */
            seed?: number;
            /** @description A dataset version to compare with; the rows the version was judged on at its training unless given. */
            background?: string;
        };
        ExplainedBy: {
            /** @enum {string} */
            method: "tree-shap" | "linear-shap" | "permutation-shap";
            isExact: boolean;
            /**
             * @description What is explained: the sum before the link (log odds, say), or the answer itself.
             * @enum {string}
             */
            space: "margin" | "output";
            /**
             * @description What tells how rows part at a split of a tree.
             * @enum {string}
             */
            covers?: "file" | "background" | "even";
            background?: string;
            backgroundRows?: number;
            samples?: number;
            /** @description Where the deadline allowed fewer than were asked for. */
            samplesAsked?: number;
            seed?: number;
            note?: string;
        };
        Explanation: {
            prediction: {
                id: string;
                /** Format: date-time */
                at: string;
                endpoint: string;
                variant: string;
                shadow: boolean;
                latencyMs: number;
                features: {
                    [key: string]: number | unknown | string | boolean | null;
                };
                outputs: {
                    [key: string]: number | unknown | string | boolean | null;
                };
                label?: number | unknown | string | boolean | null;
            };
            model: {
                name: string;
                version: number;
                digest: string;
                /** Format: date-time */
                registeredAt: string;
                registeredBy: string;
                aliasHistory: {
                    alias: string;
                    /** Format: date-time */
                    at: string;
                    by: string;
                    reason: string;
                }[];
            };
            rollout: {
                id: string;
                state: string;
                startedBy: string;
                /** Format: date-time */
                startedAt: string;
                endedAt: string | null;
                reason: string;
            } | null;
            verdicts: {
                id: string;
                /** Format: date-time */
                at: string;
                /** @description Such as `alias champion`. */
                target: string;
                outcome: string;
                askedBy: string;
                rules: {
                    gate: string;
                    rule: string;
                    passed: boolean;
                    detail: string;
                }[];
            }[];
            approvals: {
                gate: string;
                target: string;
                status: string;
                requestedBy: string;
                /** Format: date-time */
                requestedAt: string;
                votes: {
                    name: string;
                    /** Format: date-time */
                    at: string;
                    reason: string;
                    decision: string;
                }[];
            }[];
            run: {
                id: string;
                name: string;
                /** Format: date-time */
                startedAt: string;
                metrics: {
                    [key: string]: number | unknown;
                };
                params: {
                    [key: string]: string;
                };
                commit: string | null;
                dirty: boolean;
            } | null;
            /** @description The project the pipeline was declared by, as it stood then; a commit that ends in `+` had uncommitted changes. */
            project: {
                name: string;
                revision: number;
                commit: string | null;
                /** Format: date-time */
                appliedAt: string;
            } | null;
            datasets: {
                name: string;
                /** @description 0 for what the model was trained on, 1 for what that was made from, and so on. */
                depth: number;
                version: number | null;
                digest: string | null;
                rows: number | null;
                quarantinedRows: number | null;
                createdAt: string | null;
                checks: {
                    rule: string;
                    passed: boolean;
                    severity: string;
                    failedRows: number;
                }[];
                /** @description Whether the version has been deleted since. */
                missing: boolean;
            }[];
            drift: {
                monitor: string;
                kind: string;
                status: string;
                /** Format: date-time */
                windowFrom: string;
                /** Format: date-time */
                windowTo: string;
                worst: {
                    series: string;
                    method: string;
                    value: number | null;
                    threshold: number | null;
                }[];
            }[];
            alerts: {
                id: string;
                monitor: string;
                summary: string;
                /** Format: date-time */
                openedAt: string;
            }[];
        };
        FeatureJoin: {
            /** @description The feature view; its entity columns are what callers send. */
            view: string;
            /** @description Columns to look up; all that the model takes and the view has, unless said. */
            features?: string[];
            /**
             * @description An entity without features: missing values, or a refusal (400).
             * @default null
             * @enum {string}
             */
            onMissing: "null" | "refuse";
        };
        FeatureJoinInput: {
            /** @description The feature view; its entity columns are what callers send. */
            view: string;
            /** @description Columns to look up; all that the model takes and the view has, unless said. */
            features?: string[];
            /**
             * @description An entity without features: missing values, or a refusal (400).
             * @default null
             * @enum {string}
             */
            onMissing?: "null" | "refuse";
        };
        FeatureSpecInput: {
            name: string;
            /** @enum {string} */
            kind?: "numeric" | "categorical";
            /**
             * @description What a missing value becomes; `own` is a category of its own.
             * @enum {string}
             */
            impute?: "none" | "own" | "mean" | "median" | "most-frequent" | "constant";
            /** @description The constant of `impute: 'constant'`. */
            value?: number | string;
            /** @description Subtract the mean and divide by the standard deviation. */
            scale?: boolean;
            /** @enum {string} */
            encoding?: "one-hot" | "ordinal";
            /** @description Rarer categories share one code. */
            maxCategories?: number;
            /**
             * @description The answer may only rise (fall) with this feature.
             * @enum {string}
             */
            monotone?: "up" | "down";
        };
        FeedbackResult: {
            /** @description Predictions that have what was said of them. */
            accepted: number;
            /** @description Those whose earlier label was another. */
            changed: number;
            /** @description Rows whose prediction nobody knows; the first 1000 of them. */
            unknown: {
                /** @description From 0. */
                row: number;
                line?: number;
                predictionId?: string;
                entity?: string;
            }[];
            unknownCount: number;
            /** @description Rows of a bulk load that are wrong; the first 1000 of them. */
            invalid?: {
                /** @description From 0. */
                row: number;
                line?: number;
                field?: string;
                message: string;
            }[];
            invalidCount?: number;
            /** @description Rows of a bulk load that were not taken, each with its reason, as JSON lines that can be sent again. */
            quarantine?: {
                id: string;
                bytes: number;
                rows: number;
            };
        };
        FolderEntry: {
            path: string;
            name: string;
            experiments: number;
        };
        FolderSettings: {
            description?: string;
            /** @description Given to each experiment that is created below, unless it brings its own. */
            tags?: {
                [key: string]: string;
            };
            /** @description Where experiments created below keep their artifacts. */
            artifactLocation?: string;
            retention?: components["schemas"]["Retention"];
        };
        FolderSettingsInput: {
            description?: string;
            /** @description Given to each experiment that is created below, unless it brings its own. */
            tags?: {
                [key: string]: string;
            };
            /** @description Where experiments created below keep their artifacts. */
            artifactLocation?: string;
            retention?: components["schemas"]["RetentionInput"];
        };
        Gate: {
            name: string;
            spec: components["schemas"]["GateSpec"];
            digest: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        GateResult: {
            passed: boolean;
            rules: components["schemas"]["RuleResult"][];
        };
        GateRule: {
            id: string;
            /** @description CEL, such as `run.metrics.auc >= 0.8 && data.all(d, d.validation.passed)`. Numbers are doubles. */
            expression: string;
            /**
             * @description What to tell people when it does not hold.
             * @default
             */
            message: string;
            /**
             * @description `warn` is recorded and does not refuse.
             * @default block
             * @enum {string}
             */
            severity: "block" | "warn";
        };
        GateRuleInput: {
            id: string;
            /** @description CEL, such as `run.metrics.auc >= 0.8 && data.all(d, d.validation.passed)`. Numbers are doubles. */
            expression: string;
            /**
             * @description What to tell people when it does not hold.
             * @default
             */
            message?: string;
            /**
             * @description `warn` is recorded and does not refuse.
             * @default block
             * @enum {string}
             */
            severity?: "block" | "warn";
        };
        GateSpec: {
            /**
             * @description Model names; `*` stands for anything.
             * @default *
             */
            models: string;
            targets: {
                /** @default [] */
                aliases: string[];
                /** @default [] */
                stages: components["schemas"]["Stage"][];
            };
            /** @default [] */
            rules: components["schemas"]["GateRule"][];
            approvals?: components["schemas"]["ApprovalPolicy"];
            /** @default  */
            description: string;
        };
        GateSpecInput: {
            /**
             * @description Model names; `*` stands for anything.
             * @default *
             */
            models?: string;
            targets: {
                /** @default [] */
                aliases?: string[];
                /** @default [] */
                stages?: components["schemas"]["StageInput"][];
            };
            rules?: components["schemas"]["GateRuleInput"][];
            approvals?: components["schemas"]["ApprovalPolicyInput"];
            /** @default  */
            description?: string;
        };
        GateVerdict: {
            id: string;
            model: string;
            version: number;
            artifactDigest: string;
            target: components["schemas"]["PromotionTarget"];
            /** @enum {string} */
            outcome: "passed" | "failed" | "approval-missing";
            gates: {
                name: string;
                digest: string;
            }[];
            rules: components["schemas"]["RuleResult"][];
            approvals: components["schemas"]["ApprovalState"][];
            evidence: components["schemas"]["Evidence"];
            evidenceDigest: string;
            actorId: string;
            actorName: string;
            /** Format: date-time */
            at: string;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "stopping";
            version: string;
        };
        Imported: {
            id: string;
            isNew: boolean;
        };
        ImportedExperimentInput: {
            /** @description Kept, unless another experiment has it. */
            id?: string;
            /** @description An experiment of this name, where there is one, takes what is imported. */
            name: string;
            /**
             * @default active
             * @enum {string}
             */
            lifecycle?: "active" | "deleted";
            artifactLocation?: string;
            /** @default {} */
            tags?: {
                [key: string]: string;
            };
            createdAt?: number | string;
            updatedAt?: number | string;
        };
        ImportedLoggedModelInput: {
            /** @description The id or name of the experiment. */
            experiment: string;
            /** @description Made from the id unless given. */
            name: string;
            /**
             * @description Such as `classifier` or `agent`.
             * @default
             */
            type?: string;
            /**
             * @description The run that made it.
             * @default
             */
            sourceRunId?: string;
            /**
             * @description Write-once.
             * @default {}
             */
            params?: {
                [key: string]: string;
            };
            /** @default {} */
            tags?: {
                [key: string]: string;
            };
            /** @description Kept; importing it again changes what was imported before. */
            id: string;
            /**
             * @default PENDING
             * @enum {string}
             */
            status?: "UNSPECIFIED" | "PENDING" | "READY" | "FAILED";
            createdAt?: number;
            updatedAt?: number;
            /**
             * @default active
             * @enum {string}
             */
            lifecycle?: "active" | "deleted";
        };
        ImportedModelInput: {
            /** @description A model of this name, where there is one, takes what is imported. */
            name: string;
            /** @default  */
            description?: string;
            /** @default {} */
            tags?: {
                [key: string]: string;
            };
            /** @description UTC milliseconds. */
            createdAt?: number;
            /** @description UTC milliseconds. */
            updatedAt?: number;
        };
        ImportedRunInput: {
            /** @description Kept; importing it again changes what was imported before. */
            id: string;
            /** @description The id or name of an experiment that was imported. */
            experiment: string;
            /** @default  */
            name?: string;
            /** @enum {string} */
            status: "SCHEDULED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
            /**
             * @description `deleted` refuses further metrics and files: say it at the end.
             * @default active
             * @enum {string}
             */
            lifecycle?: "active" | "deleted";
            startedAt: number | string;
            endedAt?: (number | string) | null;
            deletedAt?: number | string;
            parentRunId?: string;
            /** @default  */
            user?: string;
            /** @default {} */
            params?: {
                [key: string]: string;
            };
            /** @default {} */
            tags?: {
                [key: string]: string;
            };
            /** @default [] */
            inputs?: components["schemas"]["DatasetInputInput"][];
            /**
             * @description Logged models it read.
             * @default []
             */
            modelInputs?: string[];
            /**
             * @description Logged models it made.
             * @default []
             */
            modelOutputs?: components["schemas"]["ModelOutputInput"][];
        };
        ImportedRunResult: {
            id: string;
            isNew: boolean;
            /** @description Null also where the parent is not here yet. */
            parentRunId: string | null;
        };
        ImportedVersionInput: {
            model: string;
            format: string;
            /** @description Empty where `content` says why. */
            files: components["schemas"]["VersionFileInput"][];
            /**
             * @description Why there are no files; `none` unless given.
             * @enum {string}
             */
            content?: "awaited" | "elsewhere" | "none";
            /** @default  */
            origin?: string;
            /** @default  */
            runLink?: string;
            source: {
                runId?: string;
                loggedModelId?: string;
            };
            description?: string;
            tags?: {
                [key: string]: string;
            };
            /** @description Above the latest; the next unless given. */
            number: number;
            /** @description Now unless given. */
            createdAt?: number;
        };
        IngestIntoInput: {
            /** @description The declared source of the dataset unless given. */
            source?: components["schemas"]["DataSourceInput"];
            /** @description The dataset's declared ones unless given. */
            expectations?: components["schemas"]["ExpectationInput"][];
            maxQuarantinedShare?: number;
            tags?: string[];
            name: string;
        };
        Ingested: {
            version: components["schemas"]["DatasetVersion"];
            /** @description False when a version with this content was there. */
            created: boolean;
            validation: components["schemas"]["DatasetValidation"] | null;
        };
        JsonValue: unknown;
        JsonValueInput: unknown;
        Judgement: {
            /** Format: date-time */
            at: string;
            step: number;
            /** @description Number of the look; the state it was made on is kept for decisions. */
            look?: number;
            /** @enum {string} */
            verdict: "pass" | "fail" | "inconclusive";
            candidateRows: number;
            championRows: number;
            candidateRequests?: number;
            championRequests?: number;
            candidateLabels: number;
            findings: components["schemas"]["RolloutFinding"][];
            /** @description Both arms by intervals, with a score; information unless asked. */
            comparison?: components["schemas"]["RolloutComparison"];
        };
        LedgerCheckpoint: {
            /** @description How many events it seals. */
            size: number;
            /** @description The root of their Merkle tree (RFC 6962), hex. */
            root: string;
            at: string;
            keyId: string;
            /** @description ECDSA P-256 over "tidemill-ledger-v1", size, root, at and keyId, a line each. */
            signature: string;
        };
        LedgerEvent: {
            /** @description Its place in the ledger: 1, 2, 3 … in the order of commits. */
            position: number;
            id: string;
            type: string;
            at: string;
            actor: {
                id: string;
                /** @enum {string} */
                kind: "user" | "service" | "step" | "system";
                name: string;
            };
            subject: {
                kind: string;
                id: string;
                name?: string;
            };
            data: {
                [key: string]: unknown;
            };
        };
        LedgerProof: {
            event: components["schemas"]["LedgerEvent"];
            digest: string;
            index: number;
            leaf: string;
            path: string[];
            checkpoint: components["schemas"]["LedgerCheckpoint"];
            publicKey: string;
        };
        LedgerReader: {
            name: string;
            position: number;
            behind: number;
            failing: number;
            lastError?: {
                position: number;
                attempts: number;
                message: string;
                at: string;
                nextAt: string;
            };
        };
        LedgerVerdict: {
            ok: boolean;
            events: number;
            checkpoints: number;
            sealedTo: number;
            problems: {
                kind: string;
                position: number;
                message: string;
            }[];
        };
        LogSinkState: {
            /** @description Events that wait or are under way. */
            queued: number;
            sent: number;
            /** @description Events there was no room for. */
            dropped: number;
            /** @description Events the receiver said no to. */
            refused: number;
            /** @description Requests that were made again. */
            retries: number;
            /** @description Whether the receiver failed last and is left alone for a while. */
            paused: boolean;
            lastError?: string;
        };
        LoggedModel: {
            id: string;
            experimentId: string;
            name: string;
            type: string;
            /** @enum {string} */
            status: "UNSPECIFIED" | "PENDING" | "READY" | "FAILED";
            /** @description The run that made it, if one did. */
            sourceRunId: string;
            artifactLocation: string | null;
            /** @description Who really created it. */
            actorId: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            deletedAt: string | null;
            params: {
                [key: string]: string;
            };
            tags: {
                [key: string]: string;
            };
            metrics: components["schemas"]["ModelMetric"][];
        };
        LoggedModelSearchInput: {
            /** @description Ids or names; all unless given. */
            experiments?: string[];
            /**
             * @description Such as `metrics.auc > 0.8 and (params.depth = '3' or not tags.owner like 'a%')`.
             * @default
             */
            filter?: string;
            /**
             * @description Only metrics measured on one of these count.
             * @default []
             */
            datasets?: {
                name: string;
                digest?: string;
            }[];
            /**
             * @description Newest first unless given; missing values last.
             * @default []
             */
            orderBy?: {
                /** @description An attribute, or `metrics.<key>`, `params.<key>`, `tags.<key>`. */
                field: string;
                /** @default true */
                ascending?: boolean;
                /** @description Metrics measured on this dataset only. */
                datasetName?: string;
                datasetDigest?: string;
            }[];
            /**
             * @description Which metric points to return.
             * @default latest
             * @enum {string}
             */
            metrics?: "latest" | "history";
            /**
             * @description How many items at the most, 1 to 1000.
             * @default 100
             */
            limit?: number;
            /** @description The `nextPageToken` of the page before. */
            pageToken?: string;
        };
        LoggedModelsPurged: {
            dryRun: boolean;
            models: number;
            /** @description Their files. */
            artifacts: number;
            /** @description Bytes of the files; other files may hold the same content. */
            artifactBytes: number;
        };
        LoggedPrediction: {
            predictionId: string;
            requestId: string;
            row: number;
            /**
             * Format: date-time
             * @description Event time.
             */
            at: string;
            /** Format: date-time */
            loggedAt: string;
            endpoint: string;
            model: string;
            version: number;
            variant: string;
            shadow: boolean;
            /** @description Probability with which the request was dealt to this variant. */
            propensity: number;
            latencyMs: number;
            code: number;
            features: {
                [key: string]: number | string | boolean | null;
            };
            outputs: {
                [key: string]: number | string | boolean | null;
            };
            score: number | null;
            /** @description Whom the row is about, as the log keeps it. */
            entity?: string | null;
            label?: number | string | boolean | null;
            /** Format: date-time */
            labelledAt?: string;
            /** @description Further values that feedback gave. */
            values?: {
                [key: string]: number | string | boolean | null;
            };
        };
        Loop: {
            stations: components["schemas"]["LoopStation"][];
            attention: components["schemas"]["Attention"][];
        };
        LoopStation: {
            /** @enum {string} */
            id: "data" | "pipelines" | "training" | "registry" | "serving" | "monitoring" | "retraining";
            /** @enum {string} */
            state: "idle" | "ok" | "busy" | "attention";
            /** @description Such as `3 datasets, 12 versions`. */
            headline: string;
            lastEvent: {
                type: string;
                /** Format: date-time */
                at: string;
                subject: string;
                actor: string;
            } | null;
        };
        Me: {
            id: string;
            /** @enum {string} */
            kind: "user" | "service" | "step" | "system";
            name: string;
            permissions: string[];
        };
        Metric: {
            key: string;
            value: number;
            step: number;
            /** Format: date-time */
            at: string;
        };
        MetricComparison: {
            name: string;
            group: string;
            /**
             * @description The candidate against the champion.
             * @enum {string}
             */
            class: "pass" | "high" | "low" | "no-data";
            isWorse: boolean;
            critical: boolean;
            candidateMean: number | null;
            championMean: number | null;
            candidateIntervals: number;
            championIntervals: number;
            /** @description Mann–Whitney U of the candidate. */
            u: number | null;
            /** @description Two-sided, by the normal approximation with ties; not valid when looked at repeatedly. */
            pValue: number | null;
            /** @description Hodges–Lehmann estimate of candidate minus champion. */
            shift: number | null;
            /** @description Lower end of the confidence interval of the shift. */
            low: number | null;
            high: number | null;
        };
        Model: {
            id: string;
            name: string;
            description: string;
            tags: {
                [key: string]: string;
            };
            /** @description Version number by alias. */
            aliases: {
                [key: string]: number;
            };
            latestVersion: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        ModelMetric: {
            key: string;
            value: number;
            step: number;
            /** Format: date-time */
            at: string;
            /** @description The run that measured it, if one did. */
            runId: string;
            datasetName: string;
            datasetDigest: string;
        };
        ModelOutput: {
            modelId: string;
            /** @default 0 */
            step: number;
        };
        ModelOutputInput: {
            modelId: string;
            /** @default 0 */
            step?: number;
        };
        ModelSignature: {
            inputs: components["schemas"]["TensorSpec"][];
            outputs: components["schemas"]["TensorSpec"][];
        };
        ModelSignatureInput: {
            inputs: components["schemas"]["TensorSpecInput"][];
            outputs: components["schemas"]["TensorSpecInput"][];
        };
        ModelVersion: {
            id: string;
            model: string;
            number: number;
            digest: string;
            registeredDigest: string;
            format: string;
            bytes: number;
            /** @description The ONNX file that endpoints load; null where there is none. */
            servableDigest: string | null;
            /**
             * @description `awaited`: its files are taken when they are first asked for; `elsewhere`: kept by another system.
             * @enum {string}
             */
            content: "fixed" | "awaited" | "elsewhere" | "none";
            /** @description Where the files came from, in the words of whoever registered them. */
            origin: string;
            /** @description A page about the training run elsewhere. */
            runLink: string;
            signature: components["schemas"]["ModelSignature"];
            source: components["schemas"]["VersionSource"];
            stage: components["schemas"]["Stage"];
            description: string;
            tags: {
                [key: string]: string;
            };
            aliases: string[];
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            updatedAt: string;
            deletedAt: string | null;
        };
        Monitor: {
            id: string;
            name: string;
            spec: components["schemas"]["MonitorSpec"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        MonitorPoint: {
            /** @description A column's name or a metric's; `drifted-share` is the share of drifted columns. */
            series: string;
            method: string;
            value: number | null;
            threshold: number | null;
            pValue: number | null;
            breached: boolean;
            model: string;
            version: number;
            /** Format: date-time */
            windowFromAt: string;
            /**
             * Format: date-time
             * @description Not included in the window.
             */
            windowToAt: string;
            runId: string;
            revision: number;
        };
        MonitorRun: {
            id: string;
            monitorId: string;
            monitor: string;
            endpoint: string;
            /** @enum {string} */
            kind: "drift" | "prediction-drift" | "performance" | "data-quality" | "latency" | "errors";
            model: string;
            version: number;
            /** Format: date-time */
            windowFromAt: string;
            /**
             * Format: date-time
             * @description Not included in the window.
             */
            windowToAt: string;
            revision: number;
            latest: boolean;
            /** @description Whether this version answered most of the window: its verdict moves the alert. */
            leads: boolean;
            /** @enum {string} */
            status: "ok" | "breached" | "insufficient-data" | "not-computable";
            reason: string | null;
            rows: number;
            labels: number;
            /** @description How far towards a breach: 1 is the threshold. */
            pressure: number | null;
            reference: string;
            values: components["schemas"]["MonitorValue"][];
            /** @description Everything per column: counts, bins, findings. */
            details: unknown[];
            /** Format: date-time */
            evaluatedAt: string;
            durationMs: number;
        };
        MonitorRunSummary: {
            id: string;
            monitorId: string;
            monitor: string;
            endpoint: string;
            /** @enum {string} */
            kind: "drift" | "prediction-drift" | "performance" | "data-quality" | "latency" | "errors";
            model: string;
            version: number;
            /** Format: date-time */
            windowFromAt: string;
            /**
             * Format: date-time
             * @description Not included in the window.
             */
            windowToAt: string;
            revision: number;
            latest: boolean;
            /** @description Whether this version answered most of the window: its verdict moves the alert. */
            leads: boolean;
            /** @enum {string} */
            status: "ok" | "breached" | "insufficient-data" | "not-computable";
            reason: string | null;
            rows: number;
            labels: number;
            /** @description How far towards a breach: 1 is the threshold. */
            pressure: number | null;
            reference: string;
            values: components["schemas"]["MonitorValue"][];
            /** Format: date-time */
            evaluatedAt: string;
            durationMs: number;
        };
        MonitorSpec: {
            endpoint: string;
            /** @enum {string} */
            kind: "drift" | "prediction-drift" | "performance" | "data-quality" | "latency" | "errors";
            window: {
                /** @constant */
                by: "time";
                /** @description The length of a window in event time. */
                sizeMs: number;
                /** @description How far apart windows start; the size unless given. Windows start at multiples of it since 1970 (UTC). */
                slideMs?: number;
            } | {
                /** @constant */
                by: "rows";
                /** @description How many predictions of the endpoint make a window; more where event times tie. */
                rows: number;
            };
            /**
             * @description How long a window waits, in event time, for late predictions.
             * @default 0
             */
            delayMs: number;
            /**
             * @default {
             *       "from": "training"
             *     }
             */
            reference: {
                /** @constant */
                from: "training";
            } | {
                /** @constant */
                from: "window";
                /** Format: date-time */
                fromAt: string;
                /** Format: date-time */
                toAt: string;
            };
            /** @description Every column of the reference unless given. */
            columns?: string[];
            /**
             * @default auto
             * @enum {string}
             */
            method: "auto" | "psi" | "jensenshannon" | "kl-divergence" | "wasserstein" | "ks" | "chisquare" | "chisquare-contingency" | "z" | "hellinger" | "l-infinity";
            /**
             * @description The method of single columns.
             * @default {}
             */
            methods: {
                [key: string]: "auto" | "psi" | "jensenshannon" | "kl-divergence" | "wasserstein" | "ks" | "chisquare" | "chisquare-contingency" | "z" | "hellinger" | "l-infinity";
            };
            /** @description In place of the method's own threshold. */
            threshold?: number;
            /**
             * @description The thresholds of single columns.
             * @default {}
             */
            thresholds: {
                [key: string]: number;
            };
            /**
             * @description The share of drifted columns from which the window breaches.
             * @default 0.5
             */
            driftShare: number;
            /**
             * @description Benjamini–Hochberg over the columns judged by p-values.
             * @default none
             * @enum {string}
             */
            correction: "none" | "bh";
            /**
             * @description Performance: the bounds.
             * @default []
             */
            checks: {
                /** @description A metric of the evaluation catalogue, such as `roc_auc_score` or `log_loss`. */
                metric: string;
                min?: number;
                max?: number;
                /** @description How far below the reference the value may fall. */
                maxDrop?: number;
                /** @description How far above the reference the value may rise. */
                maxRise?: number;
            }[];
            /**
             * @default {
             *       "missingShare": 0.1,
             *       "unseenShare": 0,
             *       "outOfRangeShare": 0.05,
             *       "quantile": 0.99,
             *       "latencyMs": 100,
             *       "errorShare": 0.01
             *     }
             */
            limits: {
                /**
                 * @description Data quality: allowed rise of a column's share of nulls.
                 * @default 0.1
                 */
                missingShare: number;
                /**
                 * @description Data quality: allowed share of categories the reference lacks.
                 * @default 0
                 */
                unseenShare: number;
                /**
                 * @description Data quality: allowed share outside the reference's range.
                 * @default 0.05
                 */
                outOfRangeShare: number;
                /**
                 * @description Latency: the quantile that is bounded.
                 * @default 0.99
                 */
                quantile: number;
                /**
                 * @description Latency: the bound.
                 * @default 100
                 */
                latencyMs: number;
                /**
                 * @description Errors: the allowed share of failed predictions.
                 * @default 0.01
                 */
                errorShare: number;
            };
            /**
             * @default {
             *       "growth": 0.1,
             *       "forMs": 2592000000
             *     }
             */
            restate: {
                /**
                 * @description How much more labels a window must have to be re-stated, as a share.
                 * @default 0.1
                 */
                growth: number;
                /**
                 * @description Event time after a window in which late labels count.
                 * @default 2592000000
                 */
                forMs: number;
            };
            /**
             * @description Fewer rows (labels, for performance) are "insufficient data".
             * @default 30
             */
            minRows: number;
            /**
             * @default {
             *       "severity": "warning",
             *       "consecutive": 1,
             *       "resolveAfter": 2,
             *       "clearBelow": 1,
             *       "coolDownMs": 0
             *     }
             */
            alert: components["schemas"]["AlertRule"];
        };
        MonitorSpecInput: {
            endpoint: string;
            /** @enum {string} */
            kind: "drift" | "prediction-drift" | "performance" | "data-quality" | "latency" | "errors";
            window: {
                /** @constant */
                by: "time";
                /** @description The length of a window in event time. */
                sizeMs: number;
                /** @description How far apart windows start; the size unless given. Windows start at multiples of it since 1970 (UTC). */
                slideMs?: number;
            } | {
                /** @constant */
                by: "rows";
                /** @description How many predictions of the endpoint make a window; more where event times tie. */
                rows: number;
            };
            /**
             * @description How long a window waits, in event time, for late predictions.
             * @default 0
             */
            delayMs?: number;
            /**
             * @default {
             *       "from": "training"
             *     }
             */
            reference?: {
                /** @constant */
                from: "training";
            } | {
                /** @constant */
                from: "window";
                /** Format: date-time */
                fromAt: string;
                /** Format: date-time */
                toAt: string;
            };
            /** @description Every column of the reference unless given. */
            columns?: string[];
            /**
             * @default auto
             * @enum {string}
             */
            method?: "auto" | "psi" | "jensenshannon" | "kl-divergence" | "wasserstein" | "ks" | "chisquare" | "chisquare-contingency" | "z" | "hellinger" | "l-infinity";
            /**
             * @description The method of single columns.
             * @default {}
             */
            methods?: {
                [key: string]: "auto" | "psi" | "jensenshannon" | "kl-divergence" | "wasserstein" | "ks" | "chisquare" | "chisquare-contingency" | "z" | "hellinger" | "l-infinity";
            };
            /** @description In place of the method's own threshold. */
            threshold?: number;
            /**
             * @description The thresholds of single columns.
             * @default {}
             */
            thresholds?: {
                [key: string]: number;
            };
            /**
             * @description The share of drifted columns from which the window breaches.
             * @default 0.5
             */
            driftShare?: number;
            /**
             * @description Benjamini–Hochberg over the columns judged by p-values.
             * @default none
             * @enum {string}
             */
            correction?: "none" | "bh";
            /**
             * @description Performance: the bounds.
             * @default []
             */
            checks?: {
                /** @description A metric of the evaluation catalogue, such as `roc_auc_score` or `log_loss`. */
                metric: string;
                min?: number;
                max?: number;
                /** @description How far below the reference the value may fall. */
                maxDrop?: number;
                /** @description How far above the reference the value may rise. */
                maxRise?: number;
            }[];
            /**
             * @default {
             *       "missingShare": 0.1,
             *       "unseenShare": 0,
             *       "outOfRangeShare": 0.05,
             *       "quantile": 0.99,
             *       "latencyMs": 100,
             *       "errorShare": 0.01
             *     }
             */
            limits?: {
                /**
                 * @description Data quality: allowed rise of a column's share of nulls.
                 * @default 0.1
                 */
                missingShare?: number;
                /**
                 * @description Data quality: allowed share of categories the reference lacks.
                 * @default 0
                 */
                unseenShare?: number;
                /**
                 * @description Data quality: allowed share outside the reference's range.
                 * @default 0.05
                 */
                outOfRangeShare?: number;
                /**
                 * @description Latency: the quantile that is bounded.
                 * @default 0.99
                 */
                quantile?: number;
                /**
                 * @description Latency: the bound.
                 * @default 100
                 */
                latencyMs?: number;
                /**
                 * @description Errors: the allowed share of failed predictions.
                 * @default 0.01
                 */
                errorShare?: number;
            };
            /**
             * @default {
             *       "growth": 0.1,
             *       "forMs": 2592000000
             *     }
             */
            restate?: {
                /**
                 * @description How much more labels a window must have to be re-stated, as a share.
                 * @default 0.1
                 */
                growth?: number;
                /**
                 * @description Event time after a window in which late labels count.
                 * @default 2592000000
                 */
                forMs?: number;
            };
            /**
             * @description Fewer rows (labels, for performance) are "insufficient data".
             * @default 30
             */
            minRows?: number;
            /**
             * @default {
             *       "severity": "warning",
             *       "consecutive": 1,
             *       "resolveAfter": 2,
             *       "clearBelow": 1,
             *       "coolDownMs": 0
             *     }
             */
            alert?: components["schemas"]["AlertRuleInput"];
        };
        MonitorValue: {
            /** @description A column's name or a metric's; `drifted-share` is the share of drifted columns. */
            series: string;
            method: string;
            value: number | null;
            threshold: number | null;
            pValue: number | null;
            breached: boolean;
        };
        NewMetricInput: {
            key: string;
            /** @description A number; NaN and ±Infinity are kept. */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /** @default 0 */
            step?: number;
            /** @description UTC milliseconds or an ISO time; now unless given. */
            at?: number | string;
        };
        OnnxProcessing: {
            /** @constant */
            kind: "onnx";
            model: string;
            /** @description A fixed version, so that an answer can be made again. */
            version: number;
        };
        OnnxProcessingInput: {
            /** @constant */
            kind: "onnx";
            model: string;
            /** @description A fixed version, so that an answer can be made again. */
            version: number;
        };
        OnnxRuntime: {
            /** @constant */
            kind: "onnx";
        };
        OnnxRuntimeInput: {
            /** @constant */
            kind: "onnx";
        };
        PackageManifest: {
            /** @constant */
            format: "tidemill-package/1";
            endpoint: string;
            spec: components["schemas"]["EndpointSpec"];
            version: {
                id: string;
                model: string;
                number: number;
                digest: string;
                /** @description The ONNX file that answers; null where another server does. */
                servable: string | null;
                format: string;
                signature: {
                    inputs: {
                        name: string;
                        type: string;
                        shape: (number | null)[];
                        columns?: string[];
                    }[];
                    outputs: {
                        name: string;
                        type: string;
                        shape: (number | null)[];
                        columns?: string[];
                    }[];
                };
                /** @description Run, data, code and pipeline it comes from. */
                source: {
                    [key: string]: unknown;
                };
                /** Format: date-time */
                createdAt: string;
                createdBy: string;
            };
            program: {
                /** @constant */
                name: "tidemill";
                version: string;
            };
            /** @description What the model takes in memory, estimated by the server that packaged it. */
            memoryBytes: number;
            files: components["schemas"]["PackagedFile"][];
        };
        PackagedFile: {
            path: string;
            bytes: number;
            sha256: string;
        };
        Pipeline: {
            name: string;
            spec: components["schemas"]["PipelineSpec"];
            version: string;
            declaredAt: string;
        };
        PipelineParam: {
            /** @enum {string} */
            type: "string" | "number" | "integer" | "boolean" | "enum" | "datetime";
            description?: string;
            default?: string | number | boolean;
            /** @description True unless there is a default. */
            required?: boolean;
            /** @description The values of an `enum`. */
            values?: string[];
            minimum?: number;
            maximum?: number;
        };
        PipelineParamInput: {
            /** @enum {string} */
            type: "string" | "number" | "integer" | "boolean" | "enum" | "datetime";
            description?: string;
            default?: string | number | boolean;
            /** @description True unless there is a default. */
            required?: boolean;
            /** @description The values of an `enum`. */
            values?: string[];
            minimum?: number;
            maximum?: number;
        };
        PipelineRun: {
            id: string;
            pipeline: string;
            /** @description The digest of the pipeline document this run is pinned to. */
            version: string;
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
            params: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            trigger: components["schemas"]["RunTrigger"];
            actor: {
                id: string;
                kind: string;
                name: string;
            };
            /** @description The first run of which this is a rerun, or itself. */
            lineage: string;
            /** @description The run this is a rerun of. */
            parent?: string;
            outputs?: {
                [key: string]: components["schemas"]["ArtifactRef"];
            };
            error?: string;
            /** @description How many steps it has. */
            steps: number;
            doneSteps: number;
            /** @description ISO 8601. */
            createdAt: string;
            /** @description ISO 8601. */
            startedAt?: string;
            /** @description ISO 8601. */
            finishedAt?: string;
        };
        PipelineRunStep: {
            name: string;
            /** @enum {string} */
            kind: "shell" | "typescript" | "sql" | "builtin";
            /** @enum {string} */
            state: "blocked" | "ready" | "queued" | "submitting" | "running" | "succeeded" | "failed" | "cached" | "skipped" | "cancelled" | "upstream_failed";
            needs: string[];
            attempts: number;
            outputs?: {
                [key: string]: components["schemas"]["ArtifactRef"];
            };
            metrics?: {
                [key: string]: number;
            };
            error?: string;
            /** @enum {string} */
            errorClass?: "infra" | "user" | "timeout" | "preempted";
            /** @description What a queued step waits for. */
            waiting?: string;
            cacheKey?: string;
            /** @description The run whose outputs a cached or reused step took. */
            fromRun?: string;
            /** @description ISO 8601. */
            readyAt?: string;
            /** @description ISO 8601. */
            startedAt?: string;
            /** @description ISO 8601. */
            finishedAt?: string;
        };
        PipelineRunStepDetail: {
            name: string;
            /** @enum {string} */
            kind: "shell" | "typescript" | "sql" | "builtin";
            /** @enum {string} */
            state: "blocked" | "ready" | "queued" | "submitting" | "running" | "succeeded" | "failed" | "cached" | "skipped" | "cancelled" | "upstream_failed";
            needs: string[];
            attempts: number;
            outputs?: {
                [key: string]: components["schemas"]["ArtifactRef"];
            };
            metrics?: {
                [key: string]: number;
            };
            error?: string;
            /** @enum {string} */
            errorClass?: "infra" | "user" | "timeout" | "preempted";
            /** @description What a queued step waits for. */
            waiting?: string;
            cacheKey?: string;
            /** @description The run whose outputs a cached or reused step took. */
            fromRun?: string;
            /** @description ISO 8601. */
            readyAt?: string;
            /** @description ISO 8601. */
            startedAt?: string;
            /** @description ISO 8601. */
            finishedAt?: string;
            tries: components["schemas"]["StepAttempt"][];
        };
        PipelineSchedule: {
            name: string;
            cron: string;
            timezone: string;
            enabled: boolean;
            nextAt?: string;
            fires: {
                fireAt: string;
                state: string;
                runId?: string;
            }[];
        };
        PipelineSpec: {
            description?: string;
            /** @default {} */
            params: {
                [key: string]: components["schemas"]["PipelineParam"];
            };
            /** @description Steps by name; a list of steps that each have a `name` does as well. */
            steps: {
                [key: string]: components["schemas"]["ShellStep"] | components["schemas"]["TypescriptStep"] | components["schemas"]["SqlStep"] | components["schemas"]["BuiltinStep"];
            };
            /**
             * @description What the run gives: `{{ steps.x.outputs.y }}` by name.
             * @default {}
             */
            outputs: {
                [key: string]: string;
            };
            /** @description The code bundle steps run from. */
            bundle?: string;
            /** @description For steps that do not say. */
            retries?: components["schemas"]["RetrySpec"];
            /** @description For steps that do not say. */
            timeouts?: components["schemas"]["TimeoutSpec"];
            /** @description For steps that do not say; off unless said. */
            cache?: components["schemas"]["CacheSpec"];
            /** @description How long a whole run may take. */
            deadline?: number;
            /** @description Any number of runs at once unless said. */
            concurrency?: components["schemas"]["ConcurrencySpec"];
            /** @default {} */
            schedules: {
                [key: string]: components["schemas"]["ScheduleSpec"];
            };
            /** @default {} */
            triggers: {
                [key: string]: components["schemas"]["TriggerSpec"];
            };
        };
        PipelineSpecInput: {
            description?: string;
            /** @default {} */
            params?: {
                [key: string]: components["schemas"]["PipelineParamInput"];
            };
            /** @description Steps by name; a list of steps that each have a `name` does as well. */
            steps: {
                [key: string]: components["schemas"]["ShellStepInput"] | components["schemas"]["TypescriptStepInput"] | components["schemas"]["SqlStepInput"] | components["schemas"]["BuiltinStepInput"];
            };
            /**
             * @description What the run gives: `{{ steps.x.outputs.y }}` by name.
             * @default {}
             */
            outputs?: {
                [key: string]: string;
            };
            /** @description The code bundle steps run from. */
            bundle?: string;
            /** @description For steps that do not say. */
            retries?: components["schemas"]["RetrySpecInput"];
            /** @description For steps that do not say. */
            timeouts?: components["schemas"]["TimeoutSpecInput"];
            /** @description For steps that do not say; off unless said. */
            cache?: components["schemas"]["CacheSpecInput"];
            /** @description How long a whole run may take. */
            deadline?: string | number;
            /** @description Any number of runs at once unless said. */
            concurrency?: components["schemas"]["ConcurrencySpecInput"];
            /** @default {} */
            schedules?: {
                [key: string]: components["schemas"]["ScheduleSpecInput"];
            };
            triggers?: {
                [key: string]: components["schemas"]["TriggerSpecInput"];
            };
        };
        PlannedChange: {
            /** @enum {string} */
            action: "create" | "update" | "delete" | "none";
            kind: string;
            name: string;
            /** @description Which fields change, by path. */
            fields: {
                path: string;
                before: unknown;
                after: unknown;
            }[];
            /** @description What happens because of it, in words. */
            effects: string[];
            /** @description Digest of the resource as the plan found it; null where there is none. */
            expected: string | null;
        };
        Postprocess: components["schemas"]["OnnxProcessing"] | components["schemas"]["CodePostprocessing"];
        PostprocessInput: components["schemas"]["OnnxProcessingInput"] | components["schemas"]["CodePostprocessingInput"];
        PredictReply: {
            model: string;
            version: number;
            variant: string;
            predictions: {
                predictionId: string;
                outputs: {
                    [key: string]: unknown;
                };
                explanation?: components["schemas"]["PredictionExplanation"];
            }[];
            /** @description How the explanations were made, where they were asked for. */
            explained?: components["schemas"]["ExplainedBy"];
        };
        PredictRequestInput: {
            name: string;
            /** @description Objects of column and value; or else `columns`. */
            rows?: {
                [key: string]: unknown;
            }[];
            /** @description A list of values for each column. */
            columns?: {
                [key: string]: unknown;
            };
            /** @description Id of the request; predictions are `<id>.<row>`. One is made unless given. */
            id?: string;
            /** @description Keeps callers of the same key on the same variant. */
            key?: string;
            /** @description The variant that shall answer. */
            variant?: string;
            /** @description Whether and how to say what each column gave to each answer. */
            explain?: boolean | components["schemas"]["ExplainRequestInput"];
            /** @description Event time, ISO 8601; needs the permission `predict.replay`. */
            at?: string;
        };
        PredictionExplanation: {
            class?: string | number | boolean;
            /** @description The score without any column: its mean over the background. */
            base: number;
            /** @description The score of this row: base and contributions together. */
            value: number;
            contributions: {
                [key: string]: number;
            };
            /** @description Standard errors, where it is sampled. */
            errors?: {
                [key: string]: number;
            };
        };
        PredictionLogSink: {
            /**
             * Format: uri
             * @description Takes the events by POST.
             */
            url: string;
            /**
             * @description The names of types and attributes: KServe's (CloudEvents 1.0), or Seldon's and MLServer's (0.3).
             * @default kserve
             * @enum {string}
             */
            dialect: "kserve" | "seldon";
            /**
             * @description One event a request with attributes as headers or in the body, or many events a request.
             * @default binary
             * @enum {string}
             */
            mode: "binary" | "structured" | "batch";
            /**
             * @default [
             *       "request",
             *       "response"
             *     ]
             */
            events: ("request" | "response" | "feedback")[];
            /**
             * @description The attribute `namespace`.
             * @default default
             */
            namespace: string;
        };
        PredictionLogSinkInput: {
            /**
             * Format: uri
             * @description Takes the events by POST.
             */
            url: string;
            /**
             * @description The names of types and attributes: KServe's (CloudEvents 1.0), or Seldon's and MLServer's (0.3).
             * @default kserve
             * @enum {string}
             */
            dialect?: "kserve" | "seldon";
            /**
             * @description One event a request with attributes as headers or in the body, or many events a request.
             * @default binary
             * @enum {string}
             */
            mode?: "binary" | "structured" | "batch";
            /**
             * @default [
             *       "request",
             *       "response"
             *     ]
             */
            events?: ("request" | "response" | "feedback")[];
            /**
             * @description The attribute `namespace`.
             * @default default
             */
            namespace?: string;
        };
        PredictionLogSpec: {
            /**
             * @description Share of requests that are logged, dealt by hash of the id.
             * @default 1
             */
            sample: number;
            /**
             * @description Columns that are never written to the log.
             * @default []
             */
            drop: string[];
            /** @description What becomes of columns of the input; those not named are kept, unless they are personal data. */
            columns?: {
                [key: string]: "keep" | "drop" | "hash" | "mask";
            };
            /** @description A dataset: the columns it declares as personal data are hashed unless `columns` says otherwise. */
            personalOf?: string;
            /** @description The column that says whom a row is about: feedback may name its value. It need not be of the model. */
            entity?: string;
            /** @description How long after a prediction feedback by entity still joins it; 30 days unless said. */
            windowMs?: number;
            /**
             * @description Days after which logged rows are deleted.
             * @default 90
             */
            retentionDays: number;
            /** @description Bytes of Parquet beyond which the oldest rows are deleted before their days are over. */
            maxBytes?: number;
            /** @description Where logged requests, answers and feedback are sent as CloudEvents. */
            sink?: components["schemas"]["PredictionLogSink"];
        };
        PredictionLogSpecInput: {
            /**
             * @description Share of requests that are logged, dealt by hash of the id.
             * @default 1
             */
            sample?: number;
            /**
             * @description Columns that are never written to the log.
             * @default []
             */
            drop?: string[];
            /** @description What becomes of columns of the input; those not named are kept, unless they are personal data. */
            columns?: {
                [key: string]: "keep" | "drop" | "hash" | "mask";
            };
            /** @description A dataset: the columns it declares as personal data are hashed unless `columns` says otherwise. */
            personalOf?: string;
            /** @description The column that says whom a row is about: feedback may name its value. It need not be of the model. */
            entity?: string;
            /** @description How long after a prediction feedback by entity still joins it; 30 days unless said. */
            windowMs?: number;
            /**
             * @description Days after which logged rows are deleted.
             * @default 90
             */
            retentionDays?: number;
            /** @description Bytes of Parquet beyond which the oldest rows are deleted before their days are over. */
            maxBytes?: number;
            /** @description Where logged requests, answers and feedback are sent as CloudEvents. */
            sink?: components["schemas"]["PredictionLogSinkInput"];
        };
        PredictionReplay: {
            id: string;
            endpoint: string;
            /** @enum {string} */
            state: "waiting" | "running" | "succeeded" | "failed" | "cancelled";
            /** @description Rows that are done. */
            rows: number;
            request: components["schemas"]["ReplayRequest"];
            report?: components["schemas"]["ReplayReport"];
            error?: {
                code: string;
                message: string;
            };
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            endedAt?: string;
        };
        Preprocess: components["schemas"]["OnnxProcessing"] | components["schemas"]["CodePreprocessing"];
        PreprocessInput: components["schemas"]["OnnxProcessingInput"] | components["schemas"]["CodePreprocessingInput"];
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            requestId: string;
            field?: string;
            cure?: string;
        };
        ProcessRuntime: {
            /** @constant */
            kind: "process";
            /** @description Program and arguments, without a shell; `{model}` is the folder of its files, `{port}` its port. */
            command: string[];
            /**
             * @description What it speaks on 127.0.0.1:{port}.
             * @default mlflow
             * @enum {string}
             */
            protocol: "mlflow" | "oip" | "v1";
            /**
             * @description Further variables; of the server it sees only where programs are.
             * @default {}
             */
            environment: {
                [key: string]: string;
            };
            /**
             * @description Time until it must answer its health check.
             * @default 120000
             */
            startTimeoutMs: number;
            /**
             * @description Time between asking it to end and ending it.
             * @default 5000
             */
            stopTimeoutMs: number;
            /**
             * @description Requests it gets at once; others wait in the queue.
             * @default 2
             */
            concurrency: number;
            /**
             * @description Rows of waiting requests that are sent as one.
             * @default 1024
             */
            maxBatchRows: number;
            /** @description Columns of a row, where neither the version's signature nor the model itself says them. */
            columns?: {
                name: string;
                /** @enum {string} */
                type: "number" | "integer" | "boolean" | "string";
            }[];
        };
        ProcessRuntimeInput: {
            /** @constant */
            kind: "process";
            /** @description Program and arguments, without a shell; `{model}` is the folder of its files, `{port}` its port. */
            command: string[];
            /**
             * @description What it speaks on 127.0.0.1:{port}.
             * @default mlflow
             * @enum {string}
             */
            protocol?: "mlflow" | "oip" | "v1";
            /**
             * @description Further variables; of the server it sees only where programs are.
             * @default {}
             */
            environment?: {
                [key: string]: string;
            };
            /**
             * @description Time until it must answer its health check.
             * @default 120000
             */
            startTimeoutMs?: number;
            /**
             * @description Time between asking it to end and ending it.
             * @default 5000
             */
            stopTimeoutMs?: number;
            /**
             * @description Requests it gets at once; others wait in the queue.
             * @default 2
             */
            concurrency?: number;
            /**
             * @description Rows of waiting requests that are sent as one.
             * @default 1024
             */
            maxBatchRows?: number;
            /** @description Columns of a row, where neither the version's signature nor the model itself says them. */
            columns?: {
                name: string;
                /** @enum {string} */
                type: "number" | "integer" | "boolean" | "string";
            }[];
        };
        Profile: {
            rows: number;
            columns: components["schemas"]["ColumnProfile"][];
        };
        ProjectApplied: {
            plan: components["schemas"]["ProjectPlan"];
            revision: number;
            changed: boolean;
            kept: string[];
        };
        ProjectDocumentInput: {
            /** @description Dataset, Pipeline, Gate, Endpoint, Monitor, Retraining or Webhook. */
            kind: string;
            metadata: {
                name: string;
            };
            spec: {
                [key: string]: unknown;
            };
            /** @description Where it is written, such as `tidemill.config.ts:42`; for messages. */
            source?: string;
        };
        ProjectPlan: {
            project: string;
            /** @description The revision the plan was made against. */
            revision: number;
            /** @description Names this plan; `apply` refuses it once anything it saw has changed. */
            digest: string;
            changes: components["schemas"]["PlannedChange"][];
            summary: {
                create: number;
                update: number;
                delete: number;
                none: number;
            };
        };
        ProjectRevision: {
            project: string;
            revision: number;
            appliedAt: string;
            actor: string;
            commit: string | null;
            digest: string;
            summary: {
                create: number;
                update: number;
                delete: number;
                none: number;
            };
        };
        PrometheusMetricSource: {
            prometheus: {
                /**
                 * Format: uri
                 * @description The server, such as `http://prometheus:9090`.
                 */
                url: string;
                /** @description An instant query; `$candidate`, `$champion` and `$endpoint` are filled in. */
                query: string;
            };
        };
        PrometheusMetricSourceInput: {
            prometheus: {
                /**
                 * Format: uri
                 * @description The server, such as `http://prometheus:9090`.
                 */
                url: string;
                /** @description An instant query; `$candidate`, `$champion` and `$endpoint` are filled in. */
                query: string;
            };
        };
        Promoted: {
            version: components["schemas"]["ModelVersion"];
            /** @description Null where no gate had to be asked. */
            verdict: components["schemas"]["Verdict"] | null;
        };
        PromotionTarget: {
            /** @constant */
            kind: "alias";
            name: string;
        } | {
            /** @constant */
            kind: "stage";
            name: components["schemas"]["Stage"];
        };
        PromotionTargetInput: {
            /** @constant */
            kind: "alias";
            name: string;
        } | {
            /** @constant */
            kind: "stage";
            name: components["schemas"]["StageInput"];
        };
        PurgeInput: {
            /** @description Only these runs, and no experiment. */
            runs?: string[];
            /** @description Only these experiments (ids or names) and their runs. */
            experiments?: string[];
            /** @description Only what is deleted of these experiments (ids): runs of those in use, too. */
            within?: string[];
            /** @description Only what was deleted before; now unless given. */
            deletedBefore?: number | string;
            /**
             * @description Only counts.
             * @default false
             */
            dryRun?: boolean;
        };
        Purged: {
            dryRun: boolean;
            runs: number;
            experiments: number;
            /** @description Files of the runs. */
            artifacts: number;
            /** @description Their bytes; the disk has them back after garbage collection, if nothing else holds the same content. */
            artifactBytes: number;
        };
        RemoteRuntime: {
            /** @constant */
            kind: "remote";
            /** @description Address of the model: `…/v2/models/<m>` (oip), `…/v1/models/<m>` (v1), what `/invocations` follows (mlflow); `{model}` and `{version}` are filled in. */
            url: string;
            /**
             * @default oip
             * @enum {string}
             */
            protocol: "oip" | "v1" | "mlflow";
            /**
             * @description Requests it gets at once; others wait in the queue.
             * @default 16
             */
            concurrency: number;
            /**
             * @description Rows of waiting requests that are sent as one.
             * @default 1024
             */
            maxBatchRows: number;
            /** @default 2000 */
            connectTimeoutMs: number;
            /** @description Certificates (PEM) that its certificate is checked against. */
            ca?: string;
            breaker: {
                /**
                 * @description Failures in a row after which it is asked no more for a while.
                 * @default 5
                 */
                failures: number;
                /**
                 * @description How long at first; doubled up to 30 s while it fails.
                 * @default 1000
                 */
                openMs: number;
            };
            /** @description Columns of a row, where neither the version's signature nor the model itself says them. */
            columns?: {
                name: string;
                /** @enum {string} */
                type: "number" | "integer" | "boolean" | "string";
            }[];
        };
        RemoteRuntimeInput: {
            /** @constant */
            kind: "remote";
            /** @description Address of the model: `…/v2/models/<m>` (oip), `…/v1/models/<m>` (v1), what `/invocations` follows (mlflow); `{model}` and `{version}` are filled in. */
            url: string;
            /**
             * @default oip
             * @enum {string}
             */
            protocol?: "oip" | "v1" | "mlflow";
            /**
             * @description Requests it gets at once; others wait in the queue.
             * @default 16
             */
            concurrency?: number;
            /**
             * @description Rows of waiting requests that are sent as one.
             * @default 1024
             */
            maxBatchRows?: number;
            /** @default 2000 */
            connectTimeoutMs?: number;
            /** @description Certificates (PEM) that its certificate is checked against. */
            ca?: string;
            /** @default {} */
            breaker?: {
                /**
                 * @description Failures in a row after which it is asked no more for a while.
                 * @default 5
                 */
                failures?: number;
                /**
                 * @description How long at first; doubled up to 30 s while it fails.
                 * @default 1000
                 */
                openMs?: number;
            };
            /** @description Columns of a row, where neither the version's signature nor the model itself says them. */
            columns?: {
                name: string;
                /** @enum {string} */
                type: "number" | "integer" | "boolean" | "string";
            }[];
        };
        ReplayReport: {
            /** @description Rows that both have answered. */
            rows: number;
            /** @description Logged rows that lack a column the version needs, or on which it failed. */
            skipped: number;
            /** @description Share of rows with the same class, or with a number the same to six digits; null without rows. */
            agreement: number | null;
            /** @description Numbers that both give. */
            outputs: {
                name: string;
                meanAbsDelta: number;
                maxAbsDelta: number;
            }[];
            /** @description Shift of the score: population stability index over the tenths of the logged scores. */
            score?: {
                psi: number;
                meanBefore: number;
                meanAfter: number;
            };
            /** @description Where labels have arrived, on the same rows. */
            quality?: {
                labelled: number;
                /** @enum {string} */
                measure: "accuracy" | "mean absolute error";
                before: number;
                after: number;
                /** @description Rows that only the logged answer had right, or nearer. */
                onlyBefore: number;
                /** @description Rows that only the new answer has right, or nearer. */
                onlyAfter: number;
                /** @description Of the exact sign (McNemar) test that neither is better. */
                pValue: number;
            };
            latency: {
                /** @description Of logged requests, queue included. */
                loggedMeanMs: number;
                /** @description Time of a row in the replay, computed in blocks. */
                rowMs: number;
            };
            dataset?: {
                name: string;
                version: number;
                versionId: string;
                digest: string;
            };
        };
        ReplayRequest: {
            /** @description The version of the endpoint's model that answers. */
            version: number;
            /**
             * Format: date-time
             * @description First event time, included.
             */
            from?: string;
            /**
             * Format: date-time
             * @description Last event time, not included.
             */
            to?: string;
            /** @description Only what this version answered. */
            ofVersion?: number;
            /** @description Only what this variant answered. */
            variant?: string;
            /**
             * @description At most so many rows, the newest.
             * @default 100000
             */
            limit: number;
            /** @description A dataset to write both answers, row by row, to. */
            as?: string;
        };
        Retention: {
            /** @description Runs that ended so long ago are deleted (restorably); models registered from them stay. */
            deleteEndedAfterDays?: number | null;
            /** @description What was deleted so long ago is removed for good with its artifacts. */
            purgeDeletedAfterDays?: number | null;
        };
        RetentionInput: {
            /** @description Runs that ended so long ago are deleted (restorably); models registered from them stay. */
            deleteEndedAfterDays?: number | null;
            /** @description What was deleted so long ago is removed for good with its artifacts. */
            purgeDeletedAfterDays?: number | null;
        };
        RetentionReport: {
            dryRun: boolean;
            deletedRuns: number;
            purgedRuns: number;
            /** @description Logged models. */
            purgedModels: number;
            purgedExperiments: number;
            artifacts: number;
            artifactBytes: number;
        };
        Retraining: {
            id: string;
            policyId: string;
            policy: string;
            endpoint: string;
            model: string;
            trigger: {
                /** @enum {string} */
                kind: "alert" | "schedule" | "manual";
                id: string;
            };
            /**
             * Format: date-time
             * @description Event time.
             */
            triggeredAt: string;
            /** Format: date-time */
            windowFromAt: string;
            /** Format: date-time */
            windowToAt: string;
            /** @enum {string} */
            state: "starting" | "training" | "deploying" | "rolling-out" | "promoted" | "rejected" | "failed" | "skipped";
            reason: string | null;
            pipelineRunId: string | null;
            /** @description The challenger. */
            version: number | null;
            rolloutId: string | null;
            steps: {
                /** @enum {string} */
                state: "starting" | "training" | "deploying" | "rolling-out" | "promoted" | "rejected" | "failed" | "skipped";
                /** Format: date-time */
                at: string;
                id: string | null;
                reason: string | null;
            }[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        RetrainingPolicy: {
            id: string;
            name: string;
            spec: components["schemas"]["RetrainingSpec"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        RetrainingSpec: {
            /** @description Retrain when an alert opens. */
            on?: {
                /** @description Alerts of these monitors; of any on the endpoint unless given. */
                monitors?: string[];
                /**
                 * @default [
                 *       "warning",
                 *       "critical"
                 *     ]
                 */
                severities: ("info" | "warning" | "critical")[];
            };
            /** @description Retrain at these times. */
            schedule?: {
                cron: string;
                /** @default UTC */
                timeZone: string;
            };
            pipeline: string;
            /**
             * @description The pipeline's parameters; texts may hold {{window.from}}, {{window.to}}, {{now}}, {{endpoint}}, {{model}}, {{alert.id}}, {{retraining.id}}; times are ISO 8601.
             * @default {}
             */
            params: {
                [key: string]: string | number | boolean;
            };
            endpoint: string;
            model: string;
            /**
             * @description Event time between two retrainings.
             * @default 0
             */
            minIntervalMs: number;
            /**
             * @description Labels of predictions made since the last retraining.
             * @default 0
             */
            minNewLabels: number;
            /**
             * @description Retrainings in any 24 hours of event time.
             * @default 4
             */
            maxPerDay: number;
            /** @description The rollout plan: shadow, then canary; the endpoint's own unless given. */
            rollout?: {
                [key: string]: unknown;
            };
        };
        RetrainingSpecInput: {
            /** @description Retrain when an alert opens. */
            on?: {
                /** @description Alerts of these monitors; of any on the endpoint unless given. */
                monitors?: string[];
                /**
                 * @default [
                 *       "warning",
                 *       "critical"
                 *     ]
                 */
                severities?: ("info" | "warning" | "critical")[];
            };
            /** @description Retrain at these times. */
            schedule?: {
                cron: string;
                /** @default UTC */
                timeZone?: string;
            };
            pipeline: string;
            /**
             * @description The pipeline's parameters; texts may hold {{window.from}}, {{window.to}}, {{now}}, {{endpoint}}, {{model}}, {{alert.id}}, {{retraining.id}}; times are ISO 8601.
             * @default {}
             */
            params?: {
                [key: string]: string | number | boolean;
            };
            endpoint: string;
            model: string;
            /**
             * @description Event time between two retrainings.
             * @default 0
             */
            minIntervalMs?: number;
            /**
             * @description Labels of predictions made since the last retraining.
             * @default 0
             */
            minNewLabels?: number;
            /**
             * @description Retrainings in any 24 hours of event time.
             * @default 4
             */
            maxPerDay?: number;
            /** @description The rollout plan: shadow, then canary; the endpoint's own unless given. */
            rollout?: {
                [key: string]: unknown;
            };
        };
        RetrySpec: {
            /**
             * @description The platform failed: process lost, store away, disk full.
             * @default 3
             */
            infra: number;
            /**
             * @description The step's own code failed.
             * @default 0
             */
            user: number;
            /**
             * @description An attempt ran longer than `timeouts.run`.
             * @default 0
             */
            timeout: number;
            /**
             * @description The machine took the process away (SIGTERM from outside).
             * @default 5
             */
            preempted: number;
            /**
             * @description The pause before the first retry.
             * @default 1000
             */
            delay: number;
            /**
             * @description Each further pause is this much longer.
             * @default 2
             */
            factor: number;
            /**
             * @description A number and a unit (ms, s, m, h, d), such as "30s"; a bare number is milliseconds.
             * @default 300000
             */
            maxDelay: number;
        };
        RetrySpecInput: {
            /**
             * @description The platform failed: process lost, store away, disk full.
             * @default 3
             */
            infra?: number;
            /**
             * @description The step's own code failed.
             * @default 0
             */
            user?: number;
            /**
             * @description An attempt ran longer than `timeouts.run`.
             * @default 0
             */
            timeout?: number;
            /**
             * @description The machine took the process away (SIGTERM from outside).
             * @default 5
             */
            preempted?: number;
            /** @description The pause before the first retry. */
            delay?: string | number;
            /**
             * @description Each further pause is this much longer.
             * @default 2
             */
            factor?: number;
            /** @description A number and a unit (ms, s, m, h, d), such as "30s"; a bare number is milliseconds. */
            maxDelay?: string | number;
        };
        Rollout: {
            id: string;
            endpoint: string;
            model: string;
            /** @description The version that shall take over. */
            candidate: number;
            /** @description The version that served before; null where there was none. */
            champion: number | null;
            /** @enum {string} */
            state: "running" | "paused" | "promoted" | "rolled-back" | "aborted";
            /** @description Its strategy, or `steps` where the plan gave steps of its own. */
            strategy: string;
            /** @description Index into `steps`. */
            step: number;
            steps: components["schemas"]["RolloutStep"][];
            /** Format: date-time */
            stepStartedAt: string;
            rules: components["schemas"]["RolloutRules"];
            /** @description Metrics of the plan; not in lists. */
            metrics?: components["schemas"]["RolloutMetric"][];
            /** @description How they stand; not in lists. */
            metricStates?: components["schemas"]["RolloutMetricState"][];
            /** @description What it waits for while it is paused. */
            waitingFor?: components["schemas"]["RolloutWaiting"];
            /** @description The last one; not in lists. */
            judgement?: components["schemas"]["Judgement"];
            /** @description Why it ended. */
            reason?: string;
            /** @description Why it was started, where somebody said so. */
            startReason?: string;
            /** @description Whether it was promoted unjudged. */
            skippedAnalysis?: boolean;
            startedBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            endedAt?: string;
        };
        RolloutComparison: {
            /** @enum {string} */
            verdict: "pass" | "fail" | "inconclusive";
            score: number | null;
            reason: string;
            intervalMs: number;
            groups: {
                name: string;
                weight: number;
                score: number;
            }[];
            metrics: components["schemas"]["MetricComparison"][];
        };
        RolloutCurves: {
            rolloutId: string;
            alpha: number;
            /** @description ln(1/alpha): where a rule fails. */
            failsAt: number;
            points: components["schemas"]["CurvePoint"][];
        };
        RolloutDecision: {
            id: string;
            rolloutId: string;
            /** Format: date-time */
            at: string;
            step: number;
            /** @enum {string} */
            decision: "advance" | "pause" | "resume" | "promote" | "rollback" | "confirm" | "abort" | "hold" | "skip-analysis";
            reason: string;
            judgement?: components["schemas"]["Judgement"];
        };
        RolloutFinding: {
            /** @description A rule of the judge, or `metric:<name>` of the plan. */
            rule: string;
            /** @enum {string} */
            verdict: "pass" | "fail" | "inconclusive";
            message: string;
            numbers: {
                [key: string]: number | null;
            };
            /**
             * @description What its failure does: roll back (unless said), keep the judge from passing, or nothing.
             * @enum {string}
             */
            effect?: "critical" | "advisory" | "dry-run";
        };
        /** @enum {string} */
        RolloutGate: "rollout" | "traffic-increase" | "promotion";
        /** @enum {string} */
        RolloutGateInput: "rollout" | "traffic-increase" | "promotion";
        RolloutMeasurement: {
            id: string;
            metric: string;
            /** Format: date-time */
            at: string;
            step: number;
            /** @enum {string} */
            verdict: "success" | "failure" | "inconclusive" | "error";
            value: number | null;
            /** @description The first row. */
            result: {
                [key: string]: number | string | boolean | null;
            };
            message: string;
            tookMs: number;
        };
        RolloutMetric: {
            /** @description Its finding is the rule `metric:<name>`. */
            name: string;
            description?: string;
            source: components["schemas"]["RolloutMetricSource"];
            /**
             * @description Time between two measurements.
             * @default 60000
             */
            intervalMs: number;
            /**
             * @description Time after its first step began before the first measurement.
             * @default 0
             */
            initialDelayMs: number;
            /**
             * @description Index of the step from which on it is measured.
             * @default 0
             */
            startingStep: number;
            /** @description Measurements it wants; unless said it goes on until the rollout ends. */
            count?: number;
            /**
             * @description Longest time of one measurement.
             * @default 10000
             */
            timeoutMs: number;
            /** @description CEL over `value`, `result` (first row by column), `rows`; without it whatever is no failure is good. */
            successCondition?: string;
            /** @description CEL that tells a bad value; where both are given and neither holds, the measurement is inconclusive. */
            failureCondition?: string;
            /**
             * @description Failures that are put up with; one more and the metric has failed.
             * @default 0
             */
            failureLimit: number;
            /**
             * @description Inconclusive ones put up with; one more and a person must decide.
             * @default 0
             */
            inconclusiveLimit: number;
            /**
             * @description Measurements in a row that may go wrong (no answer, a broken query); one more: a person must decide.
             * @default 4
             */
            consecutiveErrorLimit: number;
            /** @description Good ones in a row with which it has passed for good. */
            consecutiveSuccessLimit?: number;
            /**
             * @description What no rows, a null or NaN count as.
             * @default inconclusive
             * @enum {string}
             */
            onEmpty: "inconclusive" | "success" | "failure" | "error";
            /**
             * @description Its failure rolls back; else it only keeps the judge from passing.
             * @default true
             */
            critical: boolean;
            /**
             * @description Measured and told, but never counted.
             * @default false
             */
            dryRun: boolean;
        };
        RolloutMetricInput: {
            /** @description Its finding is the rule `metric:<name>`. */
            name: string;
            description?: string;
            source: components["schemas"]["RolloutMetricSourceInput"];
            /**
             * @description Time between two measurements.
             * @default 60000
             */
            intervalMs?: number;
            /**
             * @description Time after its first step began before the first measurement.
             * @default 0
             */
            initialDelayMs?: number;
            /**
             * @description Index of the step from which on it is measured.
             * @default 0
             */
            startingStep?: number;
            /** @description Measurements it wants; unless said it goes on until the rollout ends. */
            count?: number;
            /**
             * @description Longest time of one measurement.
             * @default 10000
             */
            timeoutMs?: number;
            /** @description CEL over `value`, `result` (first row by column), `rows`; without it whatever is no failure is good. */
            successCondition?: string;
            /** @description CEL that tells a bad value; where both are given and neither holds, the measurement is inconclusive. */
            failureCondition?: string;
            /**
             * @description Failures that are put up with; one more and the metric has failed.
             * @default 0
             */
            failureLimit?: number;
            /**
             * @description Inconclusive ones put up with; one more and a person must decide.
             * @default 0
             */
            inconclusiveLimit?: number;
            /**
             * @description Measurements in a row that may go wrong (no answer, a broken query); one more: a person must decide.
             * @default 4
             */
            consecutiveErrorLimit?: number;
            /** @description Good ones in a row with which it has passed for good. */
            consecutiveSuccessLimit?: number;
            /**
             * @description What no rows, a null or NaN count as.
             * @default inconclusive
             * @enum {string}
             */
            onEmpty?: "inconclusive" | "success" | "failure" | "error";
            /**
             * @description Its failure rolls back; else it only keeps the judge from passing.
             * @default true
             */
            critical?: boolean;
            /**
             * @description Measured and told, but never counted.
             * @default false
             */
            dryRun?: boolean;
        };
        RolloutMetricSource: components["schemas"]["SqlMetricSource"] | components["schemas"]["PrometheusMetricSource"] | components["schemas"]["BuiltinMetricSource"];
        RolloutMetricSourceInput: components["schemas"]["SqlMetricSourceInput"] | components["schemas"]["PrometheusMetricSourceInput"] | components["schemas"]["BuiltinMetricSourceInput"];
        RolloutMetricState: {
            name: string;
            /**
             * @description `waiting`: not measured yet; `passed`: needs no more; the last three are over a limit.
             * @enum {string}
             */
            phase: "waiting" | "measuring" | "passed" | "failed" | "inconclusive" | "erroring";
            measured: number;
            successes: number;
            failures: number;
            inconclusives: number;
            errors: number;
            consecutiveErrors: number;
            consecutiveSuccesses: number;
            /** @description The last value, where it was one number. */
            value: number | null;
            /** @description What the last measurement said. */
            message: string;
            /** Format: date-time */
            measuredAt?: string;
            /** Format: date-time */
            nextAt?: string;
        };
        RolloutPlan: {
            /**
             * @default canary
             * @enum {string}
             */
            strategy: "canary" | "linear" | "blue-green" | "all-at-once";
            /** @description A shadow step before the strategy’s own. */
            shadow?: {
                /** @description Share of requests it answers unseen; all unless said. */
                percent?: number;
                /** @description Rows the candidate must have answered in this step. */
                predictions?: number;
                /** @description Rows of the candidate whose labels must have arrived in this step. */
                labels?: number;
                /** @description Time the step must last. */
                bakeMs?: number;
                /** @description Longest time of the step; then `onInconclusive` says what is done. */
                maxMs?: number;
                /**
                 * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
                 * @enum {string}
                 */
                onInconclusive?: "hold" | "advance" | "promote" | "rollback";
            };
            /** @description Share of traffic of the strategy `canary`; 10 unless said. */
            percent?: number;
            /** @description What each step of the strategy `linear` adds; 10, 25, 50 and 75 percent unless said. */
            stepPercent?: number;
            /** @description Where the strategy `linear` ends before all traffic; 100 unless said. */
            maxPercent?: number;
            /** @description A stage of `blue-green` before the switch: warm, without traffic, asked by name only. */
            smoke?: {
                /** @description Rows the candidate must have answered in this step. */
                predictions?: number;
                /** @description Rows of the candidate whose labels must have arrived in this step. */
                labels?: number;
                /** @description Time the step must last. */
                bakeMs?: number;
                /** @description Longest time of the step; then `onInconclusive` says what is done. */
                maxMs?: number;
                /**
                 * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
                 * @enum {string}
                 */
                onInconclusive?: "hold" | "advance" | "promote" | "rollback";
            };
            /** @description What each weight step of the strategy asks for; its `bakeMs` is the interval of `linear`. */
            step: {
                /** @description Rows the candidate must have answered in this step. */
                predictions?: number;
                /** @description Rows of the candidate whose labels must have arrived in this step. */
                labels?: number;
                /** @description Time the step must last. */
                bakeMs?: number;
                /** @description Longest time of the step; then `onInconclusive` says what is done. */
                maxMs?: number;
                /**
                 * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
                 * @enum {string}
                 */
                onInconclusive?: "hold" | "advance" | "promote" | "rollback";
            };
            /** @description A stretch with all traffic before the promotion is final. Unless said: `blue-green` bakes by `step`, `all-at-once` for a minute, the others not; false bakes never. */
            bake?: {
                /** @description Rows the candidate must have answered in this step. */
                predictions?: number;
                /** @description Rows of the candidate whose labels must have arrived in this step. */
                labels?: number;
                /** @description Time the step must last. */
                bakeMs?: number;
                /** @description Longest time of the step; then `onInconclusive` says what is done. */
                maxMs?: number;
                /**
                 * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
                 * @enum {string}
                 */
                onInconclusive?: "hold" | "advance" | "promote" | "rollback";
            } | false;
            /** @description Steps of your own instead of a strategy’s. */
            steps?: components["schemas"]["RolloutStep"][];
            /**
             * @description Where to wait for a person; true: before promotion.
             * @default false
             */
            confirm: boolean | components["schemas"]["RolloutGate"][];
            /**
             * @description Who started the rollout may not confirm it.
             * @default false
             */
            confirmByAnother: boolean;
            /**
             * @description Metrics of your own beside the judge’s rules.
             * @default []
             */
            metrics: components["schemas"]["RolloutMetric"][];
            /**
             * @description How long a version that was rolled back may not be rolled out again, unless forced.
             * @default 3600000
             */
            coolDownMs: number;
            /**
             * @description An alias of the registry that names the candidate while the rollout lasts.
             * @default null
             */
            candidateAlias: string | null;
            rules: components["schemas"]["RolloutRules"];
        };
        RolloutPlanInput: {
            /**
             * @default canary
             * @enum {string}
             */
            strategy?: "canary" | "linear" | "blue-green" | "all-at-once";
            /** @description A shadow step before the strategy’s own. */
            shadow?: {
                /** @description Share of requests it answers unseen; all unless said. */
                percent?: number;
                /** @description Rows the candidate must have answered in this step. */
                predictions?: number;
                /** @description Rows of the candidate whose labels must have arrived in this step. */
                labels?: number;
                /** @description Time the step must last. */
                bakeMs?: number;
                /** @description Longest time of the step; then `onInconclusive` says what is done. */
                maxMs?: number;
                /**
                 * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
                 * @enum {string}
                 */
                onInconclusive?: "hold" | "advance" | "promote" | "rollback";
            };
            /** @description Share of traffic of the strategy `canary`; 10 unless said. */
            percent?: number;
            /** @description What each step of the strategy `linear` adds; 10, 25, 50 and 75 percent unless said. */
            stepPercent?: number;
            /** @description Where the strategy `linear` ends before all traffic; 100 unless said. */
            maxPercent?: number;
            /** @description A stage of `blue-green` before the switch: warm, without traffic, asked by name only. */
            smoke?: {
                /** @description Rows the candidate must have answered in this step. */
                predictions?: number;
                /** @description Rows of the candidate whose labels must have arrived in this step. */
                labels?: number;
                /** @description Time the step must last. */
                bakeMs?: number;
                /** @description Longest time of the step; then `onInconclusive` says what is done. */
                maxMs?: number;
                /**
                 * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
                 * @enum {string}
                 */
                onInconclusive?: "hold" | "advance" | "promote" | "rollback";
            };
            /**
             * @description What each weight step of the strategy asks for; its `bakeMs` is the interval of `linear`.
             * @default {
             *       "predictions": 200
             *     }
             */
            step?: {
                /** @description Rows the candidate must have answered in this step. */
                predictions?: number;
                /** @description Rows of the candidate whose labels must have arrived in this step. */
                labels?: number;
                /** @description Time the step must last. */
                bakeMs?: number;
                /** @description Longest time of the step; then `onInconclusive` says what is done. */
                maxMs?: number;
                /**
                 * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
                 * @enum {string}
                 */
                onInconclusive?: "hold" | "advance" | "promote" | "rollback";
            };
            /** @description A stretch with all traffic before the promotion is final. Unless said: `blue-green` bakes by `step`, `all-at-once` for a minute, the others not; false bakes never. */
            bake?: {
                /** @description Rows the candidate must have answered in this step. */
                predictions?: number;
                /** @description Rows of the candidate whose labels must have arrived in this step. */
                labels?: number;
                /** @description Time the step must last. */
                bakeMs?: number;
                /** @description Longest time of the step; then `onInconclusive` says what is done. */
                maxMs?: number;
                /**
                 * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
                 * @enum {string}
                 */
                onInconclusive?: "hold" | "advance" | "promote" | "rollback";
            } | false;
            /** @description Steps of your own instead of a strategy’s. */
            steps?: components["schemas"]["RolloutStepInput"][];
            /**
             * @description Where to wait for a person; true: before promotion.
             * @default false
             */
            confirm?: boolean | components["schemas"]["RolloutGateInput"][];
            /**
             * @description Who started the rollout may not confirm it.
             * @default false
             */
            confirmByAnother?: boolean;
            /** @description Metrics of your own beside the judge’s rules. */
            metrics?: components["schemas"]["RolloutMetricInput"][];
            /**
             * @description How long a version that was rolled back may not be rolled out again, unless forced.
             * @default 3600000
             */
            coolDownMs?: number;
            /** @description An alias of the registry that names the candidate while the rollout lasts. */
            candidateAlias?: string | null;
            /** @default {} */
            rules?: components["schemas"]["RolloutRulesInput"];
        };
        RolloutRules: {
            /**
             * @description Chance of a false alarm each rule may have, over all looks.
             * @default 0.01
             */
            alpha: number;
            /**
             * @description Rows of each arm before a rule may decide.
             * @default 50
             */
            minSamples: number;
            /**
             * @description Share of failing rows that is never acceptable.
             * @default 0.05
             */
            maxErrorRate: number;
            /**
             * @description Share of refused rows (schema violations) and non-finite outputs that is never acceptable.
             * @default 0.05
             */
            maxInvalidRate: number;
            /**
             * @description How many times as often as the champion’s its requests may fail or be refused.
             * @default 1.1
             */
            maxEventRatio: number;
            /**
             * @description 99th percentile that is never acceptable.
             * @default null
             */
            maxLatencyMs: number | null;
            /**
             * @description How much slower than the champion, at its 95th percentile.
             * @default 2
             */
            latencyRatio: number;
            /**
             * @description How much slower live answers may be over the whole distribution: 0.1 is ten percent; null: not tested.
             * @default 0.1
             */
            latencyMargin: number | null;
            /**
             * @description Milliseconds beyond the margin that nobody minds.
             * @default 1
             */
            latencySlackMs: number;
            /**
             * @description PSI between the arms’ scores; null only measures.
             * @default null
             */
            maxShift: number | null;
            /**
             * @description Share of shadowed requests whose class differs from the champion’s; null only measures.
             * @default null
             */
            maxDisagreement: number | null;
            /**
             * @description Loss (0 to 1), and share of wrongly ranked pairs, by which a candidate may be worse.
             * @default 0.01
             */
            qualityMargin: number;
            /**
             * @description Promote only when the quality test has passed.
             * @default false
             */
            requireQuality: boolean;
            slo: components["schemas"]["SloRules"];
            comparison: components["schemas"]["ComparisonRules"];
            /**
             * @description Longest time of the whole rollout.
             * @default 604800000
             */
            maxMs: number;
            /**
             * @description What to do when the time is up without a verdict.
             * @default rollback
             * @enum {string}
             */
            onInconclusive: "promote" | "wait" | "rollback";
        };
        RolloutRulesInput: {
            /**
             * @description Chance of a false alarm each rule may have, over all looks.
             * @default 0.01
             */
            alpha?: number;
            /**
             * @description Rows of each arm before a rule may decide.
             * @default 50
             */
            minSamples?: number;
            /**
             * @description Share of failing rows that is never acceptable.
             * @default 0.05
             */
            maxErrorRate?: number;
            /**
             * @description Share of refused rows (schema violations) and non-finite outputs that is never acceptable.
             * @default 0.05
             */
            maxInvalidRate?: number;
            /**
             * @description How many times as often as the champion’s its requests may fail or be refused.
             * @default 1.1
             */
            maxEventRatio?: number;
            /**
             * @description 99th percentile that is never acceptable.
             * @default null
             */
            maxLatencyMs?: number | null;
            /**
             * @description How much slower than the champion, at its 95th percentile.
             * @default 2
             */
            latencyRatio?: number;
            /**
             * @description How much slower live answers may be over the whole distribution: 0.1 is ten percent; null: not tested.
             * @default 0.1
             */
            latencyMargin?: number | null;
            /**
             * @description Milliseconds beyond the margin that nobody minds.
             * @default 1
             */
            latencySlackMs?: number;
            /**
             * @description PSI between the arms’ scores; null only measures.
             * @default null
             */
            maxShift?: number | null;
            /**
             * @description Share of shadowed requests whose class differs from the champion’s; null only measures.
             * @default null
             */
            maxDisagreement?: number | null;
            /**
             * @description Loss (0 to 1), and share of wrongly ranked pairs, by which a candidate may be worse.
             * @default 0.01
             */
            qualityMargin?: number;
            /**
             * @description Promote only when the quality test has passed.
             * @default false
             */
            requireQuality?: boolean;
            /** @default {} */
            slo?: components["schemas"]["SloRulesInput"];
            /** @default {} */
            comparison?: components["schemas"]["ComparisonRulesInput"];
            /**
             * @description Longest time of the whole rollout.
             * @default 604800000
             */
            maxMs?: number;
            /**
             * @description What to do when the time is up without a verdict.
             * @default rollback
             * @enum {string}
             */
            onInconclusive?: "promote" | "wait" | "rollback";
        };
        RolloutStep: {
            /** @constant */
            kind: "shadow";
            /** @description Share of requests it answers unseen; all unless said. */
            percent?: number;
            /** @description Rows the candidate must have answered in this step. */
            predictions?: number;
            /** @description Rows of the candidate whose labels must have arrived in this step. */
            labels?: number;
            /** @description Time the step must last. */
            bakeMs?: number;
            /** @description Longest time of the step; then `onInconclusive` says what is done. */
            maxMs?: number;
            /**
             * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
             * @enum {string}
             */
            onInconclusive?: "hold" | "advance" | "promote" | "rollback";
        } | {
            /** @constant */
            kind: "smoke";
            /** @description Rows the candidate must have answered in this step. */
            predictions?: number;
            /** @description Rows of the candidate whose labels must have arrived in this step. */
            labels?: number;
            /** @description Time the step must last. */
            bakeMs?: number;
            /** @description Longest time of the step; then `onInconclusive` says what is done. */
            maxMs?: number;
            /**
             * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
             * @enum {string}
             */
            onInconclusive?: "hold" | "advance" | "promote" | "rollback";
        } | {
            /** @constant */
            kind: "weight";
            percent: number;
            /** @description Rows the candidate must have answered in this step. */
            predictions?: number;
            /** @description Rows of the candidate whose labels must have arrived in this step. */
            labels?: number;
            /** @description Time the step must last. */
            bakeMs?: number;
            /** @description Longest time of the step; then `onInconclusive` says what is done. */
            maxMs?: number;
            /**
             * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
             * @enum {string}
             */
            onInconclusive?: "hold" | "advance" | "promote" | "rollback";
        } | {
            /** @constant */
            kind: "pause";
            /** @description Goes on by itself after this time. */
            durationMs?: number;
            /** @description Which gate of the plan it is. */
            gate?: components["schemas"]["RolloutGate"];
            /** @description Who started the rollout may not confirm it. */
            byAnother?: boolean;
            /** @description What the person shall look at. */
            note?: string;
        } | {
            /** @constant */
            kind: "bake";
            /** @description Rows the candidate must have answered in this step. */
            predictions?: number;
            /** @description Rows of the candidate whose labels must have arrived in this step. */
            labels?: number;
            /** @description Time the step must last. */
            bakeMs?: number;
            /** @description Longest time of the step; then `onInconclusive` says what is done. */
            maxMs?: number;
            /**
             * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
             * @enum {string}
             */
            onInconclusive?: "hold" | "advance" | "promote" | "rollback";
        };
        RolloutStepInput: {
            /** @constant */
            kind: "shadow";
            /** @description Share of requests it answers unseen; all unless said. */
            percent?: number;
            /** @description Rows the candidate must have answered in this step. */
            predictions?: number;
            /** @description Rows of the candidate whose labels must have arrived in this step. */
            labels?: number;
            /** @description Time the step must last. */
            bakeMs?: number;
            /** @description Longest time of the step; then `onInconclusive` says what is done. */
            maxMs?: number;
            /**
             * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
             * @enum {string}
             */
            onInconclusive?: "hold" | "advance" | "promote" | "rollback";
        } | {
            /** @constant */
            kind: "smoke";
            /** @description Rows the candidate must have answered in this step. */
            predictions?: number;
            /** @description Rows of the candidate whose labels must have arrived in this step. */
            labels?: number;
            /** @description Time the step must last. */
            bakeMs?: number;
            /** @description Longest time of the step; then `onInconclusive` says what is done. */
            maxMs?: number;
            /**
             * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
             * @enum {string}
             */
            onInconclusive?: "hold" | "advance" | "promote" | "rollback";
        } | {
            /** @constant */
            kind: "weight";
            percent: number;
            /** @description Rows the candidate must have answered in this step. */
            predictions?: number;
            /** @description Rows of the candidate whose labels must have arrived in this step. */
            labels?: number;
            /** @description Time the step must last. */
            bakeMs?: number;
            /** @description Longest time of the step; then `onInconclusive` says what is done. */
            maxMs?: number;
            /**
             * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
             * @enum {string}
             */
            onInconclusive?: "hold" | "advance" | "promote" | "rollback";
        } | {
            /** @constant */
            kind: "pause";
            /** @description Goes on by itself after this time. */
            durationMs?: number;
            /** @description Which gate of the plan it is. */
            gate?: components["schemas"]["RolloutGateInput"];
            /** @description Who started the rollout may not confirm it. */
            byAnother?: boolean;
            /** @description What the person shall look at. */
            note?: string;
        } | {
            /** @constant */
            kind: "bake";
            /** @description Rows the candidate must have answered in this step. */
            predictions?: number;
            /** @description Rows of the candidate whose labels must have arrived in this step. */
            labels?: number;
            /** @description Time the step must last. */
            bakeMs?: number;
            /** @description Longest time of the step; then `onInconclusive` says what is done. */
            maxMs?: number;
            /**
             * @description When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives it all traffic, `rollback` takes it back.
             * @enum {string}
             */
            onInconclusive?: "hold" | "advance" | "promote" | "rollback";
        };
        RolloutWaiting: {
            /**
             * @description A pause step; a step or a rollout whose time is up; a metric nobody can tell; somebody’s pause.
             * @enum {string}
             */
            kind: "step" | "inconclusive" | "metric" | "person";
            /** Format: date-time */
            since: string;
            reason: string;
            /** @description Who paused it. */
            by?: string;
        };
        RotatedAdminToken: {
            secret: string;
        };
        RuleResult: {
            gate: string;
            rule: string;
            /** @enum {string} */
            outcome: "passed" | "failed" | "error";
            /** @enum {string} */
            severity: "block" | "warn";
            message: string;
            /** @description Why it did not pass, such as the name of a field that is missing. */
            reason: string | null;
            values: {
                [key: string]: unknown;
            };
        };
        Run: {
            id: string;
            experimentId: string;
            name: string;
            /** @enum {string} */
            status: "SCHEDULED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
            /** @enum {string} */
            lifecycle: "active" | "deleted";
            /** Format: date-time */
            startedAt: string;
            endedAt: string | null;
            parentRunId: string | null;
            /** @description Who the client says ran it. */
            user: string;
            /** @description Who really created it. */
            actorId: string;
            code: components["schemas"]["CodeVersion"] | null;
            environment: components["schemas"]["Environment"] | null;
            metrics: {
                [key: string]: components["schemas"]["Metric"];
            };
            params: {
                [key: string]: string;
            };
            tags: {
                [key: string]: string;
            };
        };
        RunColumn: {
            key: string;
            runs: number;
        };
        RunColumns: {
            /** @description How many runs were looked at: the newest. */
            ofRuns: number;
            metrics: components["schemas"]["RunColumn"][];
            params: components["schemas"]["RunColumn"][];
            tags: components["schemas"]["RunColumn"][];
            truncated: boolean;
        };
        RunCountQueryInput: {
            /** @description Ids or names; all unless given. */
            experiments?: string[];
            /**
             * @description Such as `metrics.auc > 0.8 and (params.model = 'gbm' or not tags.owner like 'a%')`.
             * @default
             */
            filter?: string;
            /**
             * @default active
             * @enum {string}
             */
            lifecycle?: "active" | "deleted" | "all";
        };
        RunDetails: {
            id: string;
            experimentId: string;
            name: string;
            /** @enum {string} */
            status: "SCHEDULED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
            /** @enum {string} */
            lifecycle: "active" | "deleted";
            /** Format: date-time */
            startedAt: string;
            endedAt: string | null;
            parentRunId: string | null;
            /** @description Who the client says ran it. */
            user: string;
            /** @description Who really created it. */
            actorId: string;
            code: components["schemas"]["CodeVersion"] | null;
            environment: components["schemas"]["Environment"] | null;
            metrics: {
                [key: string]: components["schemas"]["Metric"];
            };
            params: {
                [key: string]: string;
            };
            tags: {
                [key: string]: string;
            };
            inputs: components["schemas"]["DatasetInput"][];
            /** @description Ids of logged models that it read. */
            modelInputs: string[];
            /** @description Logged models that it made. */
            modelOutputs: components["schemas"]["ModelOutput"][];
        };
        RunInfo: {
            id: string;
            experimentId: string;
            name: string;
            /** @enum {string} */
            status: "SCHEDULED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
            /** @enum {string} */
            lifecycle: "active" | "deleted";
            /** Format: date-time */
            startedAt: string;
            endedAt: string | null;
            parentRunId: string | null;
            /** @description Who the client says ran it. */
            user: string;
            /** @description Who really created it. */
            actorId: string;
            code: components["schemas"]["CodeVersion"] | null;
            environment: components["schemas"]["Environment"] | null;
        };
        RunSearchInput: {
            /** @description Ids or names; all unless given. */
            experiments?: string[];
            /** @description Ids; those that are not known match nothing. */
            experimentIds?: string[];
            /**
             * @description Such as `metrics.auc > 0.8 and (params.model = 'gbm' or not tags.owner like 'a%')`.
             * @default
             */
            filter?: string;
            /**
             * @default active
             * @enum {string}
             */
            lifecycle?: "active" | "deleted" | "all";
            /**
             * @description Such as `metrics.auc desc`; newest start first unless given. Missing values come last.
             * @default []
             */
            orderBy?: string[];
            /**
             * @description Which latest metrics to return.
             * @default all
             */
            metrics?: "all" | string[];
            /**
             * @description Which parameters to return.
             * @default all
             */
            params?: "all" | string[];
            /**
             * @description Which tags to return.
             * @default all
             */
            tags?: "all" | string[];
            /**
             * @description How many items at the most, 1 to 1000.
             * @default 100
             */
            limit?: number;
            /** @description The `nextPageToken` of the page before. */
            pageToken?: string;
        };
        RunTrigger: {
            /** @enum {string} */
            kind: "manual" | "schedule" | "event" | "rerun" | "policy";
            /** @description The schedule, trigger or policy. */
            name?: string;
            /** @description The nominal time of a schedule, ISO 8601. */
            fireAt?: string;
            eventId?: string;
            /** @description What a step sees as `{{ trigger.data }}`. */
            data?: {
                [key: string]: unknown;
            };
        };
        RuntimeSpec: components["schemas"]["OnnxRuntime"] | components["schemas"]["ProcessRuntime"] | components["schemas"]["RemoteRuntime"];
        RuntimeSpecInput: components["schemas"]["OnnxRuntimeInput"] | components["schemas"]["ProcessRuntimeInput"] | components["schemas"]["RemoteRuntimeInput"];
        RuntimeState: {
            /** @enum {string} */
            kind: "onnx" | "process" | "remote";
            model: string;
            version: number;
            /**
             * @description `unloaded`: loaded again when asked; `open`: its circuit is open, it is not asked for now.
             * @enum {string}
             */
            state: "ready" | "unloaded" | "restarting" | "open";
            /** @enum {string} */
            placement: "inline" | "worker" | "process" | "remote";
            /** @description Estimated for ONNX, measured for a process, 0 for a remote model. */
            memoryBytes: number;
            restarts?: number;
            /** @description What happened last, where it is not ready. */
            reason?: string;
            queuedRows: number;
        };
        SavedView: {
            /** @default  */
            filter: string;
            /** @default [] */
            orderBy: string[];
            /**
             * @default active
             * @enum {string}
             */
            lifecycle: "active" | "deleted" | "all";
            /**
             * @description Such as `metrics.auc`, `params.depth`, `startedAt`.
             * @default []
             */
            columns: string[];
            /** @default [] */
            charts: components["schemas"]["ViewChart"][];
            id: string;
            experimentId: string;
            name: string;
            createdBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        ScheduleSpec: {
            /** @description Five or six fields (seconds first), such as `0 6 * * 1-5`. */
            cron: string;
            /**
             * @description An IANA zone. Times a change of clocks skips are skipped; repeated ones run once.
             * @default UTC
             */
            timezone: string;
            /** @default {} */
            params: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description What to do about fires missed while nothing ran: none, the last, or at most the last n.
             * @default none
             */
            catchup: ("none" | "last") | {
                all: number;
            };
            /**
             * @default skip
             * @enum {string}
             */
            overlap: "skip" | "queue" | "cancel-previous" | "allow";
            /** @default true */
            enabled: boolean;
        };
        ScheduleSpecInput: {
            /** @description Five or six fields (seconds first), such as `0 6 * * 1-5`. */
            cron: string;
            /**
             * @description An IANA zone. Times a change of clocks skips are skipped; repeated ones run once.
             * @default UTC
             */
            timezone?: string;
            /** @default {} */
            params?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description What to do about fires missed while nothing ran: none, the last, or at most the last n.
             * @default none
             */
            catchup?: ("none" | "last") | {
                all: number;
            };
            /**
             * @default skip
             * @enum {string}
             */
            overlap?: "skip" | "queue" | "cancel-previous" | "allow";
            /** @default true */
            enabled?: boolean;
        };
        SearchDimensionInput: {
            /** @constant */
            type: "float";
            low: number;
            high: number;
            /** @default false */
            log?: boolean;
        } | {
            /** @constant */
            type: "int";
            low: number;
            high: number;
            /** @default false */
            log?: boolean;
        } | {
            /** @constant */
            type: "categorical";
            choices: (string | number | boolean)[];
        };
        ShellStep: {
            /** @constant */
            kind: "shell";
            /** @description A list of arguments, or one line for /bin/sh, in which `{{ … }}` values are quoted. */
            command: string | string[];
            /** @default {} */
            env: {
                [key: string]: string;
            };
            /** @description A folder inside the step's own work folder. */
            cwd?: string;
            /** @default process */
            executor: string;
            /**
             * @description What the step must write; a small JSON file that is not named here counts as a value, any other as a file.
             * @default {}
             */
            outputs: {
                [key: string]: "value" | "file";
            };
            /**
             * @description Steps that must be done before, beside those it refers to.
             * @default []
             */
            needs: string[];
            /**
             * @description By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.
             * @default {}
             */
            inputs: {
                [key: string]: string | number | boolean | {
                    dataset: string;
                    /** @default latest */
                    version: string;
                } | {
                    model: string;
                    /** @default latest */
                    version: string;
                };
            };
            /** @description Strings in it may hold `{{ … }}`. All pipeline parameters unless given. */
            params?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** @description A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step. */
            when?: string;
            retries?: components["schemas"]["RetrySpec"];
            timeouts?: components["schemas"]["TimeoutSpec"];
            cache?: components["schemas"]["CacheSpec"];
            /** @description A pool of slots shared by all runs, from the setting `pools`. */
            pool?: string;
            /**
             * @description How many slots of the pool the step takes.
             * @default 1
             */
            slots: number;
            description?: string;
        };
        ShellStepInput: {
            /** @constant */
            kind: "shell";
            /** @description A list of arguments, or one line for /bin/sh, in which `{{ … }}` values are quoted. */
            command: string | string[];
            /** @default {} */
            env?: {
                [key: string]: string;
            };
            /** @description A folder inside the step's own work folder. */
            cwd?: string;
            /** @default process */
            executor?: string;
            /**
             * @description What the step must write; a small JSON file that is not named here counts as a value, any other as a file.
             * @default {}
             */
            outputs?: {
                [key: string]: "value" | "file";
            };
            /**
             * @description Steps that must be done before, beside those it refers to.
             * @default []
             */
            needs?: string[];
            /**
             * @description By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.
             * @default {}
             */
            inputs?: {
                [key: string]: string | number | boolean | {
                    dataset: string;
                    /** @default latest */
                    version?: string;
                } | {
                    model: string;
                    /** @default latest */
                    version?: string;
                };
            };
            /** @description Strings in it may hold `{{ … }}`. All pipeline parameters unless given. */
            params?: {
                [key: string]: components["schemas"]["JsonValueInput"];
            };
            /** @description A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step. */
            when?: string;
            retries?: components["schemas"]["RetrySpecInput"];
            timeouts?: components["schemas"]["TimeoutSpecInput"];
            cache?: components["schemas"]["CacheSpecInput"];
            /** @description A pool of slots shared by all runs, from the setting `pools`. */
            pool?: string;
            /**
             * @description How many slots of the pool the step takes.
             * @default 1
             */
            slots?: number;
            description?: string;
        };
        SloRules: {
            /**
             * @description A window lasts at least this long,
             * @default 1000
             */
            windowMs: number;
            /**
             * @description and until the candidate has answered so many requests.
             * @default 10
             */
            minRequests: number;
            /**
             * @description Bad windows in a row that take it back.
             * @default 3
             */
            windows: number;
            /**
             * @description Share of failing requests; null: no limit.
             * @default 0.5
             */
            maxErrorRate: number | null;
            /**
             * @description Share of refused requests, where the champion’s own share in the window is lower.
             * @default 0.5
             */
            maxInvalidRate: number | null;
            /**
             * @description Share of requests with NaN or infinite outputs.
             * @default 0.5
             */
            maxNonFiniteRate: number | null;
            /**
             * @description 99th percentile of latency.
             * @default null
             */
            p99Ms: number | null;
        };
        SloRulesInput: {
            /**
             * @description A window lasts at least this long,
             * @default 1000
             */
            windowMs?: number;
            /**
             * @description and until the candidate has answered so many requests.
             * @default 10
             */
            minRequests?: number;
            /**
             * @description Bad windows in a row that take it back.
             * @default 3
             */
            windows?: number;
            /**
             * @description Share of failing requests; null: no limit.
             * @default 0.5
             */
            maxErrorRate?: number | null;
            /**
             * @description Share of refused requests, where the champion’s own share in the window is lower.
             * @default 0.5
             */
            maxInvalidRate?: number | null;
            /**
             * @description Share of requests with NaN or infinite outputs.
             * @default 0.5
             */
            maxNonFiniteRate?: number | null;
            /**
             * @description 99th percentile of latency.
             * @default null
             */
            p99Ms?: number | null;
        };
        Span: {
            id: string;
            parentId: string | null;
            name: string;
            type: string;
            /** @enum {string} */
            status: "unset" | "ok" | "error";
            statusMessage: string;
            /** Format: date-time */
            startedAt: string;
            durationMs: number | null;
            /** @description Nanoseconds since 1970, as text because they exceed what a double holds. */
            startNs: string;
            endNs: string | null;
            attributes: {
                [key: string]: unknown;
            };
            events: {
                name: string;
                /** @description Nanoseconds since 1970, as text because they exceed what a double holds. */
                atNs: string;
                attributes: {
                    [key: string]: unknown;
                };
            }[];
            links: {
                traceId: string;
                spanId: string;
                attributes: {
                    [key: string]: unknown;
                };
            }[];
        };
        SplitSpecInput: {
            /**
             * @description Stratified for classes, else random.
             * @enum {string}
             */
            kind?: "random" | "stratified" | "time" | "k-fold";
            /** @default 0.2 */
            holdout?: number;
            /**
             * @description Share of the rows that are not held out.
             * @default 0.1
             */
            validation?: number;
            /** @description The column that orders rows, for `time`: the last are held out. */
            column?: string;
            /** @default 5 */
            folds?: number;
        };
        SqlMetricSource: {
            /** @description A SELECT over the table `predictions`: both arms since the rollout began, with `arm`, `version`, `variant`, `shadow`, `at`, `latency_ms`, `code`, the features, the outputs and `label`. */
            sql: string;
        };
        SqlMetricSourceInput: {
            /** @description A SELECT over the table `predictions`: both arms since the rollout began, with `arm`, `version`, `variant`, `shadow`, `at`, `latency_ms`, `code`, the features, the outputs and `label`. */
            sql: string;
        };
        SqlStep: {
            /** @constant */
            kind: "sql";
            sql: string;
            /** @description The dataset that gets the new version; the output is named `dataset`. */
            dataset: string;
            /**
             * @description Steps that must be done before, beside those it refers to.
             * @default []
             */
            needs: string[];
            /**
             * @description By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.
             * @default {}
             */
            inputs: {
                [key: string]: string | number | boolean | {
                    dataset: string;
                    /** @default latest */
                    version: string;
                } | {
                    model: string;
                    /** @default latest */
                    version: string;
                };
            };
            /** @description Strings in it may hold `{{ … }}`. All pipeline parameters unless given. */
            params?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** @description A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step. */
            when?: string;
            retries?: components["schemas"]["RetrySpec"];
            timeouts?: components["schemas"]["TimeoutSpec"];
            cache?: components["schemas"]["CacheSpec"];
            /** @description A pool of slots shared by all runs, from the setting `pools`. */
            pool?: string;
            /**
             * @description How many slots of the pool the step takes.
             * @default 1
             */
            slots: number;
            description?: string;
        };
        SqlStepInput: {
            /** @constant */
            kind: "sql";
            sql: string;
            /** @description The dataset that gets the new version; the output is named `dataset`. */
            dataset: string;
            /**
             * @description Steps that must be done before, beside those it refers to.
             * @default []
             */
            needs?: string[];
            /**
             * @description By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.
             * @default {}
             */
            inputs?: {
                [key: string]: string | number | boolean | {
                    dataset: string;
                    /** @default latest */
                    version?: string;
                } | {
                    model: string;
                    /** @default latest */
                    version?: string;
                };
            };
            /** @description Strings in it may hold `{{ … }}`. All pipeline parameters unless given. */
            params?: {
                [key: string]: components["schemas"]["JsonValueInput"];
            };
            /** @description A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step. */
            when?: string;
            retries?: components["schemas"]["RetrySpecInput"];
            timeouts?: components["schemas"]["TimeoutSpecInput"];
            cache?: components["schemas"]["CacheSpecInput"];
            /** @description A pool of slots shared by all runs, from the setting `pools`. */
            pool?: string;
            /**
             * @description How many slots of the pool the step takes.
             * @default 1
             */
            slots?: number;
            description?: string;
        };
        /** @enum {string} */
        Stage: "none" | "staging" | "production" | "archived";
        StageChange: {
            model: string;
            version: number;
            from: components["schemas"]["Stage"];
            to: components["schemas"]["Stage"];
            sequence: number;
            /** Format: date-time */
            at: string;
            actorId: string;
            actorName: string;
            reason: string;
            bypassed: boolean;
            verdictId: string | null;
        };
        /** @enum {string} */
        StageInput: "none" | "staging" | "production" | "archived";
        StartedTraining: {
            runId: string;
        };
        StepAttempt: {
            n: number;
            /** @enum {string} */
            state: "submitting" | "running" | "succeeded" | "failed" | "cancelled" | "lost";
            executor: string;
            externalId: string;
            /** @description ISO 8601. */
            startedAt?: string;
            /** @description ISO 8601. */
            finishedAt?: string;
            exit?: number;
            /** @enum {string} */
            errorClass?: "infra" | "user" | "timeout" | "preempted";
            error?: string;
            logBytes: number;
        };
        StepLog: {
            text: string;
            offset: number;
            nextOffset: number;
            ended: boolean;
        };
        Study: {
            runId: string;
            /** @description Of the run: RUNNING, FINISHED, FAILED or KILLED. */
            status: string;
            trials: {
                number: number;
                point: {
                    [key: string]: number | string | boolean;
                };
                /** @description Validation loss; lower is better. */
                value: number;
                pruned: boolean;
                steps: number;
            }[];
            /** @description The number of the best complete trial. */
            best: number | null;
        };
        TensorSpec: {
            name: string;
            /** @description Such as float32, int64, string, bool. */
            type: string;
            shape: (number | null)[];
            /** @description The names of the features along the last axis, where one tensor carries several. */
            columns?: string[];
        };
        TensorSpecInput: {
            name: string;
            /** @description Such as float32, int64, string, bool. */
            type: string;
            shape: (number | null)[];
            /** @description The names of the features along the last axis, where one tensor carries several. */
            columns?: string[];
        };
        TimeoutSpec: {
            /** @description How long one attempt may run. */
            run?: number;
            /** @description How long the step may wait for a slot. */
            queued?: number;
            /** @description From first ready to done, over all attempts. */
            deadline?: number;
        };
        TimeoutSpecInput: {
            /** @description How long one attempt may run. */
            run?: string | number;
            /** @description How long the step may wait for a slot. */
            queued?: string | number;
            /** @description From first ready to done, over all attempts. */
            deadline?: string | number;
        };
        Token: {
            id: string;
            /** @enum {string} */
            kind: "admin" | "service" | "step";
            name: string;
            permissions: string[];
            createdAt: string;
            createdBy: string;
            expiresAt: string | null;
            revokedAt: string | null;
            rateLimit: {
                requestsPerSecond: number;
                burst: number;
            } | null;
        };
        Trace: {
            id: string;
            experimentId: string;
            name: string | null;
            /** Format: date-time */
            requestedAt: string;
            durationMs: number | null;
            /** @enum {string} */
            state: "unspecified" | "in_progress" | "ok" | "error";
            clientRequestId: string | null;
            requestPreview: string | null;
            responsePreview: string | null;
            /** @description How many spans are stored. */
            spans: number;
            tags: {
                [key: string]: string;
            };
            metadata: {
                [key: string]: string;
            };
            runIds: string[];
            /** @description The prompts it used, as `name/version`. */
            prompts: string[];
            assessments: components["schemas"]["Assessment"][];
        };
        TraceDetails: {
            id: string;
            experimentId: string;
            name: string | null;
            /** Format: date-time */
            requestedAt: string;
            durationMs: number | null;
            /** @enum {string} */
            state: "unspecified" | "in_progress" | "ok" | "error";
            clientRequestId: string | null;
            requestPreview: string | null;
            responsePreview: string | null;
            /** @description How many spans are stored. */
            spans: number;
            tags: {
                [key: string]: string;
            };
            metadata: {
                [key: string]: string;
            };
            runIds: string[];
            /** @description The prompts it used, as `name/version`. */
            prompts: string[];
            assessments: components["schemas"]["Assessment"][];
            spanList: components["schemas"]["Span"][];
        };
        TraceSearchInput: {
            /** @description Ids or names. */
            experiments: string[];
            /**
             * @description Such as `status = 'ERROR' and span.type = 'LLM' and feedback.quality > 0.5`.
             * @default
             */
            filter?: string;
            /**
             * @description Such as `execution_time_ms desc`; newest first unless given. Missing values come last.
             * @default []
             */
            orderBy?: string[];
            /** @default 100 */
            limit?: number;
            /** @description The `nextPageToken` of the page before. */
            pageToken?: string;
        };
        TrafficSlice: {
            /** Format: date-time */
            at: string;
            requests: number;
            rows: number;
            errors: number;
            refused: number;
            p50Ms: number | null;
            p95Ms: number | null;
            p99Ms: number | null;
            /** @description Time requests waited for the model. */
            queueP95Ms: number | null;
            /** @description Time the model took. */
            computeP95Ms: number | null;
            /** @description Requests by HTTP status. */
            codes: {
                [key: string]: number;
            };
        };
        TrainRequestInput: {
            /** @description A dataset, such as `flights` or `flights@3`, or the id of a version. */
            dataset: string;
            target: string;
            /** @description All usable columns but the target unless given. */
            features?: (string | components["schemas"]["FeatureSpecInput"])[];
            /** @default [] */
            exclude?: string[];
            /** @description Train on a seeded sample of so many rows; all unless given. */
            maxRows?: number;
            /** @description A column of row weights. */
            weight?: string;
            /**
             * @description Seen from the target unless given.
             * @enum {string}
             */
            task?: "regression" | "binary" | "multiclass";
            /**
             * @default boosting
             * @enum {string}
             */
            algorithm?: "boosting" | "linear";
            /** @default {} */
            params?: components["schemas"]["TrainerParamsInput"];
            /** @default {} */
            split?: components["schemas"]["SplitSpecInput"];
            tuning?: components["schemas"]["TuningSpecInput"];
            /** @default {} */
            evaluation?: components["schemas"]["EvaluationSpecInput"];
            /** @default training */
            experiment?: string;
            /** @description The run's name. */
            name?: string;
            /** @default {} */
            tags?: {
                [key: string]: string;
            };
            /** @default 0 */
            seed?: number;
            /**
             * @description The model does not depend on it.
             * @default 1
             */
            threads?: number;
            /** @description The run of a search that was cut short, to go on with. */
            resume?: string;
        };
        TrainerParamsInput: {
            /** @description Trees (for each class when several). */
            iterations?: number;
            learningRate?: number;
            maxLeaves?: number;
            maxDepth?: number | null;
            minLeafRows?: number;
            minGain?: number;
            maxBins?: number;
            rowShare?: number;
            featureShare?: number;
            /** @description Stop after so many iterations without progress. */
            patience?: number | null;
            l1?: number;
            l2?: number;
            maxIterations?: number;
            tolerance?: number;
        };
        TrainingState: {
            runId: string;
            /** @enum {string} */
            phase: "waiting" | "loading" | "searching" | "fitting" | "storing" | "ended";
            done: number;
            total: number;
            loss: number | null;
        };
        TriggerSpec: {
            /** @description Event types of the ledger, such as `dataset-version.created`. */
            on: string[];
            /**
             * @description Dotted paths into the event and the value (or values) wanted: `subject.name: flights`.
             * @default {}
             */
            where: {
                [key: string]: (string | number | boolean) | (string | number | boolean)[];
            };
            /**
             * @description Strings may hold `{{ event.data.x }}`.
             * @default {}
             */
            params: {
                [key: string]: string | number | boolean;
            };
            /**
             * @description Wait until no further event matched for this long; the last one counts.
             * @default 0
             */
            debounce: number;
            /**
             * @description The least time between two runs of this trigger.
             * @default 0
             */
            minInterval: number;
            /** @default true */
            enabled: boolean;
        };
        TriggerSpecInput: {
            /** @description Event types of the ledger, such as `dataset-version.created`. */
            on: string[];
            /**
             * @description Dotted paths into the event and the value (or values) wanted: `subject.name: flights`.
             * @default {}
             */
            where?: {
                [key: string]: (string | number | boolean) | (string | number | boolean)[];
            };
            /**
             * @description Strings may hold `{{ event.data.x }}`.
             * @default {}
             */
            params?: {
                [key: string]: string | number | boolean;
            };
            /** @description Wait until no further event matched for this long; the last one counts. */
            debounce?: string | number;
            /** @description The least time between two runs of this trigger. */
            minInterval?: string | number;
            /** @default true */
            enabled?: boolean;
        };
        TuningSpecInput: {
            /** @default 20 */
            trials?: number;
            /**
             * @default tpe
             * @enum {string}
             */
            method?: "tpe" | "random";
            /** @description A sensible space of the algorithm unless given. */
            space?: {
                [key: string]: components["schemas"]["SearchDimensionInput"];
            };
            /**
             * @default median
             * @enum {string}
             */
            pruning?: "median" | "none";
        };
        TypescriptStep: {
            /** @constant */
            kind: "typescript";
            /** @description The path of the module in the bundle. */
            module: string;
            /** @default default */
            export: string;
            /** @default {} */
            env: {
                [key: string]: string;
            };
            /** @default process */
            executor: string;
            /**
             * @description What the step must write; a small JSON file that is not named here counts as a value, any other as a file.
             * @default {}
             */
            outputs: {
                [key: string]: "value" | "file";
            };
            /**
             * @description Steps that must be done before, beside those it refers to.
             * @default []
             */
            needs: string[];
            /**
             * @description By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.
             * @default {}
             */
            inputs: {
                [key: string]: string | number | boolean | {
                    dataset: string;
                    /** @default latest */
                    version: string;
                } | {
                    model: string;
                    /** @default latest */
                    version: string;
                };
            };
            /** @description Strings in it may hold `{{ … }}`. All pipeline parameters unless given. */
            params?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** @description A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step. */
            when?: string;
            retries?: components["schemas"]["RetrySpec"];
            timeouts?: components["schemas"]["TimeoutSpec"];
            cache?: components["schemas"]["CacheSpec"];
            /** @description A pool of slots shared by all runs, from the setting `pools`. */
            pool?: string;
            /**
             * @description How many slots of the pool the step takes.
             * @default 1
             */
            slots: number;
            description?: string;
        };
        TypescriptStepInput: {
            /** @constant */
            kind: "typescript";
            /** @description The path of the module in the bundle. */
            module: string;
            /** @default default */
            export?: string;
            /** @default {} */
            env?: {
                [key: string]: string;
            };
            /** @default process */
            executor?: string;
            /**
             * @description What the step must write; a small JSON file that is not named here counts as a value, any other as a file.
             * @default {}
             */
            outputs?: {
                [key: string]: "value" | "file";
            };
            /**
             * @description Steps that must be done before, beside those it refers to.
             * @default []
             */
            needs?: string[];
            /**
             * @description By name: `{{ steps.x.outputs.y }}`, `{{ params.z }}`, a plain value, `{dataset, version}` or `{model, version}`.
             * @default {}
             */
            inputs?: {
                [key: string]: string | number | boolean | {
                    dataset: string;
                    /** @default latest */
                    version?: string;
                } | {
                    model: string;
                    /** @default latest */
                    version?: string;
                };
            };
            /** @description Strings in it may hold `{{ … }}`. All pipeline parameters unless given. */
            params?: {
                [key: string]: components["schemas"]["JsonValueInput"];
            };
            /** @description A CEL expression over `params`, `steps`, `inputs`, `trigger`; false skips the step. */
            when?: string;
            retries?: components["schemas"]["RetrySpecInput"];
            timeouts?: components["schemas"]["TimeoutSpecInput"];
            cache?: components["schemas"]["CacheSpecInput"];
            /** @description A pool of slots shared by all runs, from the setting `pools`. */
            pool?: string;
            /**
             * @description How many slots of the pool the step takes.
             * @default 1
             */
            slots?: number;
            description?: string;
        };
        Upload: {
            digest: string;
            bytes: number;
        };
        Variant: {
            /** @description `champion`, `candidate`, or a name of your own. */
            name: string;
            /**
             * @description Standby versions are warm and answer only when asked for.
             * @enum {string}
             */
            role: "live" | "shadow" | "standby";
            model: string;
            version: number;
            /** @description Share of traffic in hundredths of a percent. */
            weight: number;
        };
        VariantStats: {
            variant: string;
            model: string;
            version: number;
            shadow: boolean;
            requests: number;
            rows: number;
            /** @description Failures of the model or the server. */
            errors: number;
            /** @description Requests that broke the signature, found the queue full, or went away. */
            refused: number;
            requestsPerSecond: number;
            /** @description Requests that are being answered now. */
            inFlight: number;
            p50Ms: number | null;
            p95Ms: number | null;
            p99Ms: number | null;
            /** @description Time requests waited for the model. */
            queue: {
                p50Ms: number | null;
                p95Ms: number | null;
                p99Ms: number | null;
            };
            /** @description Time the model took for the merged run they were in. */
            compute: {
                p50Ms: number | null;
                p95Ms: number | null;
                p99Ms: number | null;
            };
            /** @description Requests by HTTP status; 499 where the caller went away. */
            codes: {
                code: number;
                requests: number;
            }[];
            /** @description Requests by the protocol that asked. */
            protocols: {
                protocol: string;
                requests: number;
            }[];
            /** @description Merged runs of the model by how many rows they had; null has no bound. */
            batches: {
                upToRows: number | null;
                runs: number;
            }[];
            /** @description Share of the last minute in which the model was running. */
            utilisation: number;
            /** @description Ten seconds each, oldest first. */
            series: components["schemas"]["TrafficSlice"][];
        };
        Verdict: {
            /** @description Of the stored verdict; null when no gate guards the target. */
            id: string | null;
            /** @enum {string} */
            outcome: "unguarded" | "passed" | "failed" | "approval-missing";
            rules: components["schemas"]["RuleResult"][];
            approvals: components["schemas"]["ApprovalState"][];
            evidenceDigest: string | null;
        };
        VersionFile: {
            path: string;
            digest: string;
            bytes: number;
        };
        VersionFileInput: {
            path: string;
            digest: string;
            bytes: number;
        };
        VersionSource: {
            /** @description The tracking run that trained it. */
            runId?: string;
            datasets?: {
                name: string;
                versionId?: string;
                digest?: string;
            }[];
            code?: {
                commit: string;
                dirty?: boolean;
                remote?: string;
            };
            pipelineRunId?: string;
            stepName?: string;
            /** @description The logged model it was made from. */
            loggedModelId?: string;
            /** @description The version it was warm-started from. */
            parentVersionId?: string;
        };
        VersionSourceInput: {
            /** @description The tracking run that trained it. */
            runId?: string;
            datasets?: {
                name: string;
                versionId?: string;
                digest?: string;
            }[];
            code?: {
                commit: string;
                dirty?: boolean;
                remote?: string;
            };
            pipelineRunId?: string;
            stepName?: string;
            /** @description The logged model it was made from. */
            loggedModelId?: string;
            /** @description The version it was warm-started from. */
            parentVersionId?: string;
        };
        ViewChart: {
            /** @enum {string} */
            kind: "curves" | "parallel" | "scatter";
            /** @description What is drawn; of a scatter x, y and optionally the colour. */
            keys: string[];
            smoothing?: number;
            /** @enum {string} */
            xAxis?: "step" | "relative" | "wall";
            logScale?: boolean;
        };
        ViewChartInput: {
            /** @enum {string} */
            kind: "curves" | "parallel" | "scatter";
            /** @description What is drawn; of a scatter x, y and optionally the colour. */
            keys: string[];
            smoothing?: number;
            /** @enum {string} */
            xAxis?: "step" | "relative" | "wall";
            logScale?: boolean;
        };
        Webhook: {
            id: string;
            name: string;
            label: string;
            url: string;
            events: string[];
            enabled: boolean;
            format: string;
            description: string;
            createdAt: string;
            updatedAt: string;
        };
        WebhookDelivery: {
            id: string;
            /** @enum {string} */
            state: "pending" | "delivered" | "failed";
            eventType: string;
            eventPosition: number | null;
            attempts: number;
            createdAt: string;
            attemptedAt: string | null;
            nextAt: string | null;
            status: number | null;
            durationMs: number | null;
            error: string | null;
        };
        WebhookSecret: {
            secret: string;
        };
        WebhookSpecInput: {
            /** @description Where events are posted, as JSON. */
            url: string;
            /**
             * @description Event types, such as "rollout.*"; all unless given.
             * @default [
             *       "*"
             *     ]
             */
            events?: string[];
            /**
             * @description Events that happen while it is off are posted once it is on again.
             * @default true
             */
            enabled?: boolean;
            /**
             * @description What is posted, and in which words `events` asks: `tidemill`, or `mlflow` for that platform's receivers.
             * @default tidemill
             */
            format?: string;
            /** @default  */
            description?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    postAdminTokenRotate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedAdminToken"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlerts: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                monitor?: string;
                endpoint?: string;
                status?: "open" | "resolved";
                severity?: "info" | "warning" | "critical";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Alert"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAlertsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postAlertsIdAcknowledge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApprovals: {
        parameters: {
            query?: {
                status?: "pending" | "approved" | "rejected" | "withdrawn" | "voided" | "expired";
                model?: string;
                gate?: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Approval"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postApprovals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    model: string;
                    version: number;
                    target: components["schemas"]["PromotionTargetInput"];
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Approval"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApprovalsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postApprovalsIdApprove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postApprovalsIdReject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postApprovalsIdWithdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBatchPredictions: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                endpoint?: string;
                state?: "waiting" | "running" | "succeeded" | "failed" | "cancelled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["BatchPrediction"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBatchPredictionsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchPrediction"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postBatchPredictionsIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchPrediction"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBatchPredictionsIdQuarantine: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBatchPredictionsIdResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postBundles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    files: {
                        [key: string]: string;
                    };
                    /** @description The project's folder, where packages are found while it is on the server's machine. */
                    origin?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeBundle"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putBundlesFilesDigest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        digest: string;
                        bytes: number;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBundlesDigest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                digest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeBundle"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetValidationsIdChecks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CheckResult"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetVersionsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasets: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                nameContains?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Dataset"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetsName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteDatasetsName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetsNameDiff: {
        parameters: {
            query: {
                from: string;
                to: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersionDiff"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postDatasetsNameIngest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ingested"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postDatasetsNameRestore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A number, a tag, `latest`, or `sha256:` and a digest. */
                    version: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putDatasetsNameTagsTag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                tag: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A number, a tag, `latest`, or `sha256:` and a digest. */
                    version: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteDatasetsNameTagsTag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postDatasetsNameValidate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description A number, a tag, `latest`, or `sha256:` and a digest.
                     * @default latest
                     */
                    version?: string;
                    expectations?: components["schemas"]["ExpectationInput"][];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetValidationResult"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetsNameValidations: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DatasetValidation"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetsNameVersions: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DatasetVersion"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetsNameVersionsVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetsNameVersionsVersionProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetsNameVersionsVersionQuarantine: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetRows"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetsNameVersionsVersionRows: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetRows"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointExperiments: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                endpoint?: string;
                state?: "running" | "decided" | "stopped" | "ended";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["EndpointExperiment"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointExperimentsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointExperiment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointExperimentsIdFreeze: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointExperiment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointExperimentsIdReport: {
        parameters: {
            query?: {
                format?: "json" | "markdown";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointExperimentReport"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointExperimentsIdStop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                    /** @description The arm that shall be given the alias. */
                    promote?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointExperiment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointExperimentsIdThaw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointExperiment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpoints: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Endpoint"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEndpointsName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    spec: components["schemas"]["EndpointSpecInput"];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Endpoint"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEndpointsName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointsNameBatchPredictions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description A version to score, such as `flights@3`. */
                    dataset?: string;
                    /** @description Files to score, where it is no dataset. */
                    source?: components["schemas"]["DataSourceInput"];
                    /**
                     * @description Columns of the input to write beside the answers.
                     * @default []
                     */
                    keep?: string[];
                    /** @description The dataset to write a version of; a file is written unless given. */
                    as?: string;
                    /** @description Whether to write one Parquet file too, where a dataset is written. */
                    file?: boolean;
                    /**
                     * @description What becomes of a row that cannot be scored: it ends the job, or is put apart with its reason.
                     * @default fail
                     * @enum {string}
                     */
                    onBadRow?: "fail" | "quarantine";
                    /** @description Which variant of the endpoint; the champion unless given. */
                    variant?: string;
                    /** @description A name of your own: asked again under it, a job that ended early goes on where it was. */
                    key?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchPrediction"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEndpointsNameCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default authorization */
                    header?: string;
                    /** @description Such as `Bearer …`. */
                    value: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEndpointsNameCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNameDrift: {
        parameters: {
            query: {
                at: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftAt"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointsNameExperiments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    spec: components["schemas"]["EndpointExperimentSpecInput"];
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointExperiment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointsNameFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackResult"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNameLogSink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogSinkState"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEndpointsNameLogSinkCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default authorization */
                    header?: string;
                    /** @description Such as `Bearer …`. */
                    value: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEndpointsNameLogSinkCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNamePackage: {
        parameters: {
            query?: {
                target?: string;
                version?: number;
                image?: string;
                baseImage?: string;
                namespace?: string;
                replicas?: number;
                maxReplicas?: number;
                port?: number;
                grpcPort?: number;
                canaryPercent?: number;
                maxModelMb?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointPackage"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNamePackageTar: {
        parameters: {
            query?: {
                target?: string;
                version?: number;
                image?: string;
                baseImage?: string;
                namespace?: string;
                replicas?: number;
                maxReplicas?: number;
                port?: number;
                grpcPort?: number;
                canaryPercent?: number;
                maxModelMb?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointsNamePredict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictReply"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointsNamePredictionReplays: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The version of the endpoint's model that answers. */
                    version: number;
                    /**
                     * Format: date-time
                     * @description First event time, included.
                     */
                    from?: string;
                    /**
                     * Format: date-time
                     * @description Last event time, not included.
                     */
                    to?: string;
                    /** @description Only what this version answered. */
                    ofVersion?: number;
                    /** @description Only what this variant answered. */
                    variant?: string;
                    /**
                     * @description At most so many rows, the newest.
                     * @default 100000
                     */
                    limit?: number;
                    /** @description A dataset to write both answers, row by row, to. */
                    as?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionReplay"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNamePredictions: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                from?: string;
                to?: string;
                version?: number;
                variant?: string;
                shadow?: boolean | ("true" | "false");
                code?: number;
                id?: string;
                labelled?: boolean | ("true" | "false");
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LoggedPrediction"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNamePredictionsFile: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                version?: number;
                variant?: string;
                shadow?: boolean | ("true" | "false");
                code?: number;
                id?: string;
                labelled?: boolean | ("true" | "false");
                format?: "ndjson" | "csv" | "parquet";
                limit?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEndpointsNameRollouts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The version that shall take over. */
                    version: number;
                    plan?: components["schemas"]["RolloutPlanInput"];
                    /** @description Why; kept in its events. */
                    reason?: string;
                    /**
                     * @description Start although the version was rolled back lately; needs a reason.
                     * @default false
                     */
                    force?: boolean;
                    /**
                     * @description For emergencies: all traffic at once, unjudged; the registry’s gate still decides. Needs a reason.
                     * @default false
                     */
                    skipAnalysis?: boolean;
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNameRuntimeLogs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            version: number;
                            lines: string[];
                        }[];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNameRuntimes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RuntimeState"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEndpointsNameStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndpointStats"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExperiments: {
        parameters: {
            query?: {
                lifecycle?: "active" | "deleted" | "all";
                under?: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Experiment"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postExperiments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    tags?: {
                        [key: string]: string;
                    };
                    /** @description Where MLflow clients are told to put artifacts; ours unless given. */
                    artifactLocation?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExperimentsExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteExperimentsExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchExperimentsExperiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postExperimentsExperimentRestore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postExperimentsExperimentTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tags: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteExperimentsExperimentTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExperimentsExperimentViews: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SavedView"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postExperimentsExperimentViews: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    filter?: string;
                    /** @default [] */
                    orderBy?: string[];
                    /**
                     * @default active
                     * @enum {string}
                     */
                    lifecycle?: "active" | "deleted" | "all";
                    /**
                     * @description Such as `metrics.auc`, `params.depth`, `startedAt`.
                     * @default []
                     */
                    columns?: string[];
                    /** @default [] */
                    charts?: components["schemas"]["ViewChartInput"][];
                    name: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExperimentsExperimentViewsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putExperimentsExperimentViewsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    filter?: string;
                    /** @default [] */
                    orderBy?: string[];
                    /**
                     * @default active
                     * @enum {string}
                     */
                    lifecycle?: "active" | "deleted" | "all";
                    /**
                     * @description Such as `metrics.auc`, `params.depth`, `startedAt`.
                     * @default []
                     */
                    columns?: string[];
                    /** @default [] */
                    charts?: components["schemas"]["ViewChartInput"][];
                    name: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteExperimentsExperimentViewsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                experiment: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postFeedback: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackResult"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFeedbackQuarantinesId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFolders: {
        parameters: {
            query?: {
                path?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FolderEntry"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postFoldersMove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    from: string;
                    to: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        experiments: number;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFoldersSettings: {
        parameters: {
            query?: {
                path?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EffectiveSettings"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putFoldersSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Such as `team/credit`; the top unless given. */
                    path?: string;
                    settings: components["schemas"]["FolderSettingsInput"];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EffectiveSettings"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postGarbage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    dryRun?: boolean;
                    /**
                     * @description Younger content stays; a day unless given, so that an upload can become something in peace.
                     * @default 86400000
                     */
                    minAgeMs?: number;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collected"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postGateEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    model: string;
                    version: number;
                    target: components["schemas"]["PromotionTargetInput"];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evidence"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postGateTests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    spec: components["schemas"]["GateSpecInput"];
                    evidence: components["schemas"]["EvidenceInput"];
                    /** Format: date-time */
                    now?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GateResult"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGateVerdicts: {
        parameters: {
            query?: {
                model?: string;
                version?: number;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["GateVerdict"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGateVerdictsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GateVerdict"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGates: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Gate"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGatesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gate"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putGatesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    spec: components["schemas"]["GateSpecInput"];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gate"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGatesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postImportExperiments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postImportLoggedModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        isNew: boolean;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postImportModelVersions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        isNew: boolean;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postImportModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        isNew: boolean;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postImportRuns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedRunResult"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedgerCheckpointsLatest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checkpoint: components["schemas"]["LedgerCheckpoint"] | null;
                        publicKey: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedgerConsistency: {
        parameters: {
            query: {
                oldSize: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        oldSize: number;
                        path: string[];
                        checkpoint: components["schemas"]["LedgerCheckpoint"];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedgerEvents: {
        parameters: {
            query?: {
                types?: string;
                subjectKind?: string;
                subjectId?: string;
                subjectName?: string;
                actor?: string;
                from?: string;
                to?: string;
                order?: "newest" | "oldest";
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LedgerEvent"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedgerEventsPositionProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                position: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerProof"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedgerReaders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LedgerReader"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedgerStream: {
        parameters: {
            query?: {
                types?: string;
                after?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postLedgerVerify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerVerdict"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postLoggedModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The id or name of the experiment. */
                    experiment: string;
                    /** @description Made from the id unless given. */
                    name?: string;
                    /**
                     * @description Such as `classifier` or `agent`.
                     * @default
                     */
                    type?: string;
                    /**
                     * @description The run that made it.
                     * @default
                     */
                    sourceRunId?: string;
                    /**
                     * @description Write-once.
                     * @default {}
                     */
                    params?: {
                        [key: string]: string;
                    };
                    /** @default {} */
                    tags?: {
                        [key: string]: string;
                    };
                    /**
                     * @default PENDING
                     * @enum {string}
                     */
                    status?: "UNSPECIFIED" | "PENDING" | "READY" | "FAILED";
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedModel"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postLoggedModelsPurge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Only what was deleted before; now unless given. */
                    deletedBefore?: number | string;
                    /** @description Only those of these experiments (ids). */
                    within?: string[];
                    /**
                     * @description Only counts.
                     * @default false
                     */
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedModelsPurged"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postLoggedModelsSearch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LoggedModel"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLoggedModelsId: {
        parameters: {
            query?: {
                allowDeleted?: string;
                metrics?: "latest" | "history";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedModel"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteLoggedModelsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchLoggedModelsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    status: "UNSPECIFIED" | "PENDING" | "READY" | "FAILED";
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedModel"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLoggedModelsIdArtifacts: {
        parameters: {
            query?: {
                folder?: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            path: string;
                            /** @enum {string} */
                            kind: "file" | "folder";
                            bytes: number;
                            digest: string | null;
                        }[];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLoggedModelsIdArtifactsPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postLoggedModelsIdMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    metrics: {
                        key: string;
                        /** @description A number; NaN and ±Infinity are kept. */
                        value: number | ("NaN" | "Infinity" | "-Infinity");
                        /** @default 0 */
                        step?: number;
                        /** @description UTC milliseconds; now unless given. */
                        at?: number;
                        /**
                         * @description The run that measured it.
                         * @default
                         */
                        runId?: string;
                        /** @default  */
                        datasetName?: string;
                        /** @default  */
                        datasetDigest?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postLoggedModelsIdTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tags: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteLoggedModelsIdTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLoop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Loop"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelVersions: {
        parameters: {
            query?: {
                model?: string;
                stage?: components["schemas"]["StageInput"];
                runId?: string;
                digest?: string;
                deleted?: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ModelVersion"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelVersionsSearch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Such as `name like 'churn%' and (tags.team = 'a' or not stage = 'archived')`.
                     * @default
                     */
                    filter?: string;
                    /**
                     * @description Such as `updatedAt desc`.
                     * @default []
                     */
                    orderBy?: string[];
                    /**
                     * @description How many items at the most, 1 to 1000.
                     * @default 100
                     */
                    limit?: number;
                    /** @description The `nextPageToken` of the page before. */
                    pageToken?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ModelVersion"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModels: {
        parameters: {
            query?: {
                contains?: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Model"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    tags?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsSearch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Such as `name like 'churn%' and (tags.team = 'a' or not stage = 'archived')`.
                     * @default
                     */
                    filter?: string;
                    /**
                     * @description Such as `updatedAt desc`.
                     * @default []
                     */
                    orderBy?: string[];
                    /**
                     * @description How many items at the most, 1 to 1000.
                     * @default 100
                     */
                    limit?: number;
                    /** @description The `nextPageToken` of the page before. */
                    pageToken?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Model"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteModelsModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchModelsModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelAliasHistory: {
        parameters: {
            query?: {
                alias?: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AliasMove"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putModelsModelAliasesAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    version: number;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promoted"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteModelsModelAliasesAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelAliasesAliasAt: {
        parameters: {
            query: {
                at: string;
            };
            header?: never;
            path: {
                model: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version: number | null;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsModelAliasesAliasBypass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                alias: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    version: number;
                    /** @description Why the gate could not be waited for. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promoted"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelStageHistory: {
        parameters: {
            query?: {
                version?: number;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["StageChange"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelStagesStageAt: {
        parameters: {
            query: {
                at: string;
            };
            header?: never;
            path: {
                model: string;
                stage: components["schemas"]["StageInput"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        versions: number[];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsModelTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tags: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteModelsModelTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelVersions: {
        parameters: {
            query?: {
                stage?: components["schemas"]["StageInput"];
                runId?: string;
                digest?: string;
                deleted?: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ModelVersion"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsModelVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The sha256 of the artifact in the blobs. */
                    digest: string;
                    /**
                     * @description `onnx` is checked and made servable; others are kept as they are.
                     * @default onnx
                     */
                    format?: string;
                    /** @description The model's own inputs and outputs unless given. */
                    signature?: components["schemas"]["ModelSignatureInput"];
                    /** @default {} */
                    source?: components["schemas"]["VersionSourceInput"];
                    description?: string;
                    tags?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelVersionsVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteModelsModelVersionsVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchModelsModelVersionsVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    description: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersion"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsModelVersionsVersionCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    target: components["schemas"]["PromotionTargetInput"];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelVersionsVersionEvidence: {
        parameters: {
            query?: {
                history?: string;
            };
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["EvidenceDocument"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsModelVersionsVersionEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Such as `evaluation`, `fairness`; the newest of a name counts. */
                    name: string;
                    document: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceDocument"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelVersionsVersionFiles: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["VersionFile"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getModelsModelVersionsVersionFilesPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsModelVersionsVersionStage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    stage: components["schemas"]["StageInput"];
                    /**
                     * @description Archives the other versions of that stage in the same commit.
                     * @default false
                     */
                    archiveOthers?: boolean;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promoted"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsModelVersionsVersionStageBypass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    stage: components["schemas"]["StageInput"];
                    /**
                     * @description Archives the other versions of that stage in the same commit.
                     * @default false
                     */
                    archiveOthers?: boolean;
                    /** @description Why the gate could not be waited for. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promoted"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postModelsModelVersionsVersionTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tags: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteModelsModelVersionsVersionTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMonitorRunsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorRun"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMonitors: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Monitor"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMonitorsName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitor"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putMonitorsName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    spec: components["schemas"]["MonitorSpecInput"];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitor"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMonitorsName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMonitorsNameEvaluate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        runs: number;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMonitorsNamePoints: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                fromAt?: string;
                toAt?: string;
                series?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MonitorPoint"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMonitorsNameRuns: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                fromAt?: string;
                toAt?: string;
                status?: "ok" | "breached" | "insufficient-data" | "not-computable";
                version?: number;
                revisions?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MonitorRunSummary"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelineRuns: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                pipeline?: string;
                status?: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
                lineage?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PipelineRun"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelineRunsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineRun"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPipelineRunsIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineRun"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPipelineRunsIdRerun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    fromStep?: string;
                    /**
                     * @default original
                     * @enum {string}
                     */
                    code?: "original" | "latest";
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineRun"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelineRunsIdSteps: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PipelineRunStep"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelineRunsIdStepsStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                step: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineRunStepDetail"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelineRunsIdStepsStepLogs: {
        parameters: {
            query?: {
                attempt?: number;
                offset?: number;
                limitBytes?: number;
                follow?: boolean;
            };
            header?: never;
            path: {
                id: string;
                step: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepLog"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelineRunsIdStepsStepOutputsOutput: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                step: string;
                output: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelines: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Pipeline"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelinesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putPipelinesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A PipelineSpec. */
                    spec: unknown;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deletePipelinesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPipelinesNameRuns: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default {} */
                    params?: {
                        [key: string]: string | number | boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineRun"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPipelinesNameSchedules: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PipelineSchedule"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPredictionReplays: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                endpoint?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PredictionReplay"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPredictionReplaysId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionReplay"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPredictionReplaysIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionReplay"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPredictionsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedPrediction"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPredictionsIdExplanation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        explanation: components["schemas"]["PredictionExplanation"];
                        explained: components["schemas"]["ExplainedBy"];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPredictionsIdWhy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProjects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProjectRevision"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postProjectsProjectApply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    documents: components["schemas"]["ProjectDocumentInput"][];
                    /** @description Digest of the plan that was looked at. */
                    plan?: string;
                    /**
                     * @description Delete what the project owns and no longer declares.
                     * @default false
                     */
                    prune?: boolean;
                    /** @description The commit the documents come from. */
                    commit?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectApplied"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postProjectsProjectPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    documents: components["schemas"]["ProjectDocumentInput"][];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectPlan"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProjectsProjectRevisions: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProjectRevision"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postPurge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purged"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRetention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default false */
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionReport"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRetrainingPolicies: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RetrainingPolicy"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRetrainingPoliciesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetrainingPolicy"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putRetrainingPoliciesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    spec: components["schemas"]["RetrainingSpecInput"];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetrainingPolicy"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRetrainingPoliciesName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRetrainingPoliciesNameTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retraining"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRetrainings: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                policy?: string;
                endpoint?: string;
                state?: "starting" | "training" | "deploying" | "rolling-out" | "promoted" | "rejected" | "failed" | "skipped";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Retraining"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRetrainingsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retraining"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRolloutDecisionsIdReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Fold the prediction log again up to where it had been read.
                     * @default false
                     */
                    fromLog?: boolean;
                    /** @description Rules to judge by instead, over those it was judged by. */
                    rules?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionReplay"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRollouts: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
                endpoint?: string;
                state?: "running" | "paused" | "promoted" | "rolled-back" | "aborted";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Rollout"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRolloutsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRolloutsIdAbort: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Why; it is kept. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRolloutsIdConfirm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Why; it is kept. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRolloutsIdCurves: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloutCurves"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRolloutsIdDecisions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RolloutDecision"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRolloutsIdMeasurements: {
        parameters: {
            query?: {
                metric?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RolloutMeasurement"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRolloutsIdPause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Why; it is kept. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRolloutsIdPromote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Why; it is kept. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRolloutsIdResume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Why; it is kept. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rollout"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRuns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The id or name of the experiment. */
                    experiment: string;
                    /** @description A random name unless given. */
                    name?: string;
                    /**
                     * @default RUNNING
                     * @enum {string}
                     */
                    status?: "SCHEDULED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
                    startedAt?: number | string;
                    parentRunId?: string;
                    /** @description Who the client says runs it; the actor is recorded beside. */
                    user?: string;
                    code?: components["schemas"]["CodeVersionInput"];
                    environment?: components["schemas"]["EnvironmentInput"];
                    params?: {
                        [key: string]: string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                    inputs?: components["schemas"]["DatasetInputInput"][];
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsColumns: {
        parameters: {
            query?: {
                experiment?: string;
                contains?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunColumns"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunsCount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        total: number;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunsCurves: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        curves: components["schemas"]["Curve"][];
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsExport: {
        parameters: {
            query?: {
                format?: "csv" | "parquet";
                experiments?: string | string[];
                filter?: string;
                lifecycle?: "active" | "deleted" | "all";
                orderBy?: string | string[];
                metrics?: "all" | (string | string[]);
                params?: "all" | (string | string[]);
                tags?: "all" | (string | string[]);
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunsExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Ids or names; all unless given. */
                    experiments?: string[];
                    /** @description Ids; those that are not known match nothing. */
                    experimentIds?: string[];
                    /**
                     * @description Such as `metrics.auc > 0.8 and (params.model = 'gbm' or not tags.owner like 'a%')`.
                     * @default
                     */
                    filter?: string;
                    /**
                     * @default active
                     * @enum {string}
                     */
                    lifecycle?: "active" | "deleted" | "all";
                    /**
                     * @description Such as `metrics.auc desc`; newest start first unless given. Missing values come last.
                     * @default []
                     */
                    orderBy?: string[];
                    /**
                     * @description Which latest metrics to return.
                     * @default all
                     */
                    metrics?: "all" | string[];
                    /**
                     * @description Which parameters to return.
                     * @default all
                     */
                    params?: "all" | string[];
                    /**
                     * @description Which tags to return.
                     * @default all
                     */
                    tags?: "all" | string[];
                    /**
                     * @default csv
                     * @enum {string}
                     */
                    format?: "csv" | "parquet";
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunsSearch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Run"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetails"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRunsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchRunsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    /** @enum {string} */
                    status?: "SCHEDULED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
                    /** @description Now, unless given, when the status becomes a final one. */
                    endedAt?: number | string;
                    code?: components["schemas"]["CodeVersionInput"];
                    environment?: components["schemas"]["EnvironmentInput"];
                    parentRunId?: string | null;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunInfo"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsIdArtifactPreviewPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsIdArtifacts: {
        parameters: {
            query?: {
                folder?: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Artifact"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsIdArtifactsArchive: {
        parameters: {
            query?: {
                folder?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsIdArtifactsPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putRunsIdArtifactsPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Artifact"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRunsIdArtifactsPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunsIdInputs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    inputs: components["schemas"]["DatasetInputInput"][];
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunsIdLog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    metrics?: components["schemas"]["NewMetricInput"][];
                    /** @description Write-once: the same value again is fine, another is a conflict. */
                    params?: {
                        [key: string]: string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRunsIdMetrics: {
        parameters: {
            query: {
                key: string;
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Metric"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRunsIdRestore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRunsIdTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    key: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTokens: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Token"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What the token is for. */
                    name: string;
                    permissions: string[];
                    /** @description How long it is valid; without end unless given. */
                    ttlMs?: number;
                    /** @description More requests than that answer 429 with Retry-After, on every protocol; each replica counts by itself. */
                    rateLimit?: {
                        /** @description On average. */
                        requestsPerSecond: number;
                        /** @description At once; as many as in a second unless given. */
                        burst?: number;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedToken"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTokensId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTracesDelete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    experiment: string;
                    ids?: string[];
                    upTo?: number;
                    most?: number;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted: number;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTracesSearch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Trace"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTracesId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceDetails"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchTracesIdTags: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tags: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTracesIdTagsKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTracesTraceIdAssessments: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                traceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    kind: "feedback" | "expectation" | "issue";
                    name: string;
                    value: unknown;
                    error?: {
                        code: string;
                        message?: string;
                        stackTrace?: string;
                    } | null;
                    source: {
                        /** @enum {string} */
                        kind: "unspecified" | "human" | "judge" | "code";
                        id?: string;
                    };
                    spanId?: string | null;
                    runId?: string | null;
                    rationale?: string | null;
                    metadata?: {
                        [key: string]: string;
                    };
                    overrides?: string | null;
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assessment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTracesTraceIdAssessmentsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                traceId: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assessment"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTracesTraceIdAssessmentsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                traceId: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTrain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedTraining"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTrainRunId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainingState"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTrainRunIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTrainRunIdStudy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Study"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postUploads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhooks: {
        parameters: {
            query?: {
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Webhook"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Where events are posted, as JSON. */
                    url: string;
                    /**
                     * @description Event types, such as "rollout.*"; all unless given.
                     * @default [
                     *       "*"
                     *     ]
                     */
                    events?: string[];
                    /**
                     * @description Events that happen while it is off are posted once it is on again.
                     * @default true
                     */
                    enabled?: boolean;
                    /**
                     * @description What is posted, and in which words `events` asks: `tidemill`, or `mlflow` for that platform's receivers.
                     * @default tidemill
                     */
                    format?: string;
                    /** @default  */
                    description?: string;
                    name: string;
                    /** @description At least 16 characters; random unless given. */
                    secret?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhooksName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putWebhooksName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Where events are posted, as JSON. */
                    url: string;
                    /**
                     * @description Event types, such as "rollout.*"; all unless given.
                     * @default [
                     *       "*"
                     *     ]
                     */
                    events?: string[];
                    /**
                     * @description Events that happen while it is off are posted once it is on again.
                     * @default true
                     */
                    enabled?: boolean;
                    /**
                     * @description What is posted, and in which words `events` asks: `tidemill`, or `mlflow` for that platform's receivers.
                     * @default tidemill
                     */
                    format?: string;
                    /** @default  */
                    description?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhooksName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhooksNameDeliveries: {
        parameters: {
            query?: {
                state?: "pending" | "delivered" | "failed";
                limit?: number;
                pageToken?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["WebhookDelivery"][];
                        nextPageToken?: string;
                    };
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postWebhooksNameDeliveriesIdRedeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postWebhooksNameSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description At least 16 characters; random unless given. */
                    secret?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecret"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postWebhooksNameTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description What is wrong, and how to cure it. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
