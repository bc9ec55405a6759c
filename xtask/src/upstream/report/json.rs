//! Writes the report as JSON for programs.

use mediaconnect_contract::Finding;
use serde_json::{Value, json};

use super::{Missing, Outcome};

impl Outcome<'_> {
    pub(in crate::upstream) fn to_json(&self, with_undescribed: bool) -> Value {
        let report = self.report().to_json();
        let mut changes = report["changes"].as_array().cloned().unwrap_or_default();
        for (json, one) in changes.iter_mut().zip(&self.differences) {
            json["contract"] = json!(one.ours);
            json["upstream"] = json!(one.upstream);
            json["remark"] = json!(one.remark);
        }
        let mut json = json!({
            "upstream": self.comparison.input.name,
            "contract": self.comparison.contract.name(),
            "today": self.today.to_string(),
            "scope": if self.is_whole { "whole" } else { "part" },
            "operations": self.comparison.operations.len(),
            "common": self.common(),
            "breaking": report["breaking"],
            "compatible": report["compatible"],
            "changes": changes,
            "missing": self.missing.iter().map(Missing::to_json).collect::<Vec<_>>(),
            "gone": self.gone.iter().map(|one| json!({ "operation": one.id, "call": one.name, "contract": one.at }))
                .collect::<Vec<_>>(),
            "deprecated": self.sunsets.iter().map(|(name, sunset, at)| json!({
                "call": name, "stage": sunset.stage, "last": sunset.last.to_string(), "upstream": at,
            })).collect::<Vec<_>>(),
            "held": self.held.iter().map(|held| json!({
                "deviation": held.name, "line": held.line, "places": held.places, "reason": held.reason,
                "evidence": held.evidence, "review": held.review.to_string(),
            })).collect::<Vec<_>>(),
            "deviations": self.deviations.iter().map(finding).collect::<Vec<_>>(),
            "pages": self.pages.iter().map(finding).collect::<Vec<_>>(),
            "changed": self.changed.iter().map(finding).collect::<Vec<_>>(),
            "notes": self.notes.iter().map(finding).collect::<Vec<_>>(),
        });
        if with_undescribed {
            json["undescribed"] = json!(self.undescribed());
        }
        json
    }
}

impl Missing {
    fn to_json(&self) -> Value {
        let endpoint = self.endpoint.as_ref();
        json!({
            "call": self.name,
            "title": self.title,
            "upstream": self.at,
            "coverage": endpoint.map(|one| json!({
                "state": one.state.as_deref().unwrap_or("no state"), "group": one.group, "title": one.title, "line": one.line,
            })),
        })
    }
}

fn finding(finding: &Finding) -> Value {
    json!({
        "file": finding.file, "line": finding.line, "at": finding.pointer, "rule": finding.rule,
        "message": finding.message, "help": finding.help,
    })
}
