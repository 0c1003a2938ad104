#include "core/signing/explanation/JobExplainer.h"

#include <algorithm>
#include <array>

namespace countersign {

namespace {

/// Which of two findings whoever approves has to know first: critical, error, warning, info.
int gravityOf(meaning::Severity severity)
{
    using enum meaning::Severity;
    constexpr std::array order = {Info, Warning, Error, Critical};
    return static_cast<int>(std::ranges::find(order, severity) - order.begin());
}

std::optional<meaning::Severity> gravestOf(const std::vector<meaning::Finding>& findings)
{
    const auto found =
        std::ranges::max_element(findings, {}, [](const auto& one) { return gravityOf(one.severity); });
    return found == findings.end() ? std::nullopt : std::optional(found->severity);
}

}  // namespace

ExplainedJob JobExplainer::explain(Database&, Job job)
{
    auto verified = VerifiedJob::of(job);
    auto explanation = verified ? explainJob(*verified, {}) : failure(verified.error());
    return {std::move(job), std::move(verified), std::move(explanation)};
}

JobGist JobExplainer::gist(Database& database, const Job& job)
{
    if (job.document.size() > listedBytes) {
        return {};
    }
    const ExplainedJob explained = explain(database, job);
    if (!explained.explanation) {
        return {};
    }
    const meaning::Meaning& meaning = explained.explanation->explanation.meaning;
    std::vector<meaning::Finding> findings = meaning.findings;
    findings.insert(findings.end(), explained.local.begin(), explained.local.end());
    return {meaning.understood, meaning.intent, gravestOf(findings)};
}

}  // namespace countersign
