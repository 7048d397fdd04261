"""Saring: labelled Indonesian reports in, a queue ordered by expected harm out.

Two tables pass through, first of reports, then of claims; columns are only added.

=============  ==========================================  ==============================================
stage          takes                                       gives
=============  ==========================================  ==============================================
`ingest`       raw files of several sources                reports, redacted in every column; what was
                                                           rejected and why; the history of each report
`preprocess`   reports                                     + normalised, stemmed, language, abstain_reason,
                                                           claim_id, fingerprint, split, repeats
`train`        prepared, labelled reports                  a candidate: arrays and JSON, raw text ->
                                                           calibrated P(misinformation)
`evaluate`     the candidate and the prepared reports      metrics with n and interval, a table by source,
                                                           probes, plots
`publish`      candidate and evaluation                    models/VERSION/, champion.json, MLflow's mirror;
                                                           or a refusal with its reason
`score`        batches of raw texts and a published model  + score, abstain_reason, model_version
`prioritise`   scored reports                              claims in the order of work, every term stored
`export`       claims and their scored reports             priorities (0-100) for other systems
verdicts       claims that moderators read                 labels with weight = 1 / P(read), and withdrawals:
                                                           one more source for `ingest`
=============  ==========================================  ==============================================

Stages are verbs and know no files; `cli` reads and writes, and `web` serves people (pages) and platforms (the
API). What they share are nouns: `text`, `claims`, `model`, `privacy`, `evaluation`, `moderation` (the store of
verdicts, and every term of the order). Below lie `config` (params.yaml), `storage` (files), `schema` (what
passes between) and `errors`. Imports point one way only, and a check of pyproject.toml holds them to it:
cli -> web -> stages -> nouns -> config, storage, schema, errors.
"""
