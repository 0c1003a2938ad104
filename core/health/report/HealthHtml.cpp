#include "core/health/report/HealthHtml.h"

#include "core/base/text/SanitizedText.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct HealthHtmlText
{
    Q_DECLARE_TR_FUNCTIONS(HealthHtmlText)
};

constexpr std::string_view pageHead =
    R"(<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
:root { --page: #fbfbfc; --ink: #1d2129; --muted: #5a6270; --line: #d5d9e0; --bad: #a3142a; --warn: #7a4d00;
  --info: #1c4f9c; --bar: #5560c8; }
@media (prefers-color-scheme: dark) { :root { --page: #16181d; --ink: #e6e8ec; --muted: #a3abb8;
  --line: #363b45; --bad: #ff8f9c; --warn: #f0bf6a; --info: #93bdf8; --bar: #99a3ff; } }
body { background: var(--page); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .muted { color: var(--muted); }
.critical { color: var(--bad); } .error, .warning { color: var(--warn); } .info { color: var(--info); }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid var(--line);
  padding: .35rem .5rem .35rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; } td.number { text-align: right; white-space: nowrap; width: 6rem; }
code { font: .85rem ui-monospace, monospace; overflow-wrap: anywhere; }
.bar { background: var(--bar); height: .7rem; margin-top: .35rem; min-width: 1px; }
@media print { body { background: none; margin: 0; max-width: none; font-size: 10pt; } tr { break-inside: avoid; }
  h2 { break-after: avoid; } .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
</style>
)";

std::string barRow(const QString& name, std::int64_t count, std::int64_t most)
{
    const std::int64_t width = most == 0 ? 0 : (count * 100 + most - 1) / most;
    return "<tr><td>" + HealthHtml::escaped(name) + "</td><td class=\"number\">" + std::to_string(count) +
           "</td><td aria-hidden=\"true\" style=\"width:50%\"><div class=\"bar\" style=\"width:" +
           std::to_string(width) + "%\"></div></td></tr>\n";
}

std::string stateTable(const HealthSummary& summary)
{
    const std::array<std::pair<const char*, QString>, 4> states = {
        {{"active", HealthHtmlText::tr("Active")},
         {"unusable", HealthHtmlText::tr("Unusable")},
         {"revoked", HealthHtmlText::tr("Revoked")},
         {"superseded", HealthHtmlText::tr("Superseded")}}};
    std::int64_t most = 0;
    const auto countOf = [&](const char* status) {
        const auto found = summary.byStatus.find(status);
        return found == summary.byStatus.end() ? 0 : found->second;
    };
    for (const auto& [status, name] : states) {
        most = std::max(most, countOf(status));
    }
    std::string table = "<h2>" + HealthHtml::escaped(HealthHtmlText::tr("Wallets")) + "</h2>\n<table>\n";
    for (const auto& [status, name] : states) {
        table += barRow(name, countOf(status), most);
    }
    return table + "</table>\n";
}

std::string findingTable(const HealthCounts& counts)
{
    std::string table = "<h2>" + HealthHtml::escaped(HealthHtmlText::tr("What is wrong")) + "</h2>\n";
    if (counts.empty()) {
        return table + "<p>" + HealthHtml::escaped(HealthHtmlText::tr("Nothing that is known here.")) +
               "</p>\n";
    }
    std::int64_t most = 0;
    for (const auto& [kind, count] : counts) {
        most = std::max(most, count);
    }
    table += "<table>\n";
    for (const auto& [kind, count] : counts) {
        table += barRow(healthRuleName(kind.second), count, most);
    }
    return table + "</table>\n";
}

}  // namespace

std::string HealthHtml::escaped(const QString& text)
{
    return sanitizedText(text.toStdString())
        .toHtmlEscaped()
        .replace(u'\'', QStringLiteral("&#39;"))
        .toStdString();
}

std::string HealthHtml::begin(const HealthSummary& summary, const HealthCounts& counts)
{
    m_open.reset();
    const QString title = HealthHtmlText::tr("Health of the delegations");
    return std::string(pageHead) + "<title>" + escaped(title) + "</title></head><body>\n<h1>" +
           escaped(title) + "</h1>\n<p class=\"muted\">" +
           escaped(HealthHtmlText::tr("Countersign, %1 (UTC)")
                       .arg(QString::fromStdString(toIso8601(summary.at)))) +
           "</p>\n<p>" + escaped(verifiedSentence(summary)) + "</p>\n<p>" +
           escaped(environmentCheckSentence(summary)) + "</p>\n" + stateTable(summary) + findingTable(counts);
}

std::string HealthHtml::section(const HealthFinding& finding)
{
    m_open = std::pair(finding.severity, finding.rule);
    m_written = 0;
    m_leftOut = 0;
    return "<h2>" + escaped(healthRuleName(finding.rule)) + " <span class=\"" +
           std::string(toText(finding.severity)) + "\">" + escaped(healthSeverityName(finding.severity)) +
           "</span></h2>\n<table><thead><tr><th>" + escaped(HealthHtmlText::tr("What")) + "</th><th>" +
           escaped(HealthHtmlText::tr("What to do")) + "</th></tr></thead><tbody>\n";
}

std::string HealthHtml::endSection()
{
    if (!m_open) {
        return {};
    }
    std::string text = "</tbody></table>\n";
    if (m_leftOut > 0) {
        text +=
            "<p class=\"muted\">" +
            escaped(HealthHtmlText::tr("And %1 more of this kind: the report as CSV or JSON has them all.")
                        .arg(m_leftOut)) +
            "</p>\n";
    }
    m_open.reset();
    return text;
}

std::string HealthHtml::add(const HealthFinding& finding)
{
    std::string text;
    if (m_open != std::pair(finding.severity, finding.rule)) {
        text = endSection() + section(finding);
    }
    if (m_written == mostOfOneKind) {
        ++m_leftOut;
        return text;
    }
    ++m_written;
    text += "<tr><td>" + escaped(finding.title);
    const auto addCode = [&](const std::string& code) {
        if (!code.empty()) {
            text += "<br><code>" + escaped(QString::fromStdString(code)) + "</code>";
        }
    };
    addCode(finding.address.value_or(std::string()));
    addCode(finding.walletId.value_or(std::string()));
    return text + "</td><td>" + escaped(finding.mend) + "</td></tr>\n";
}

std::string HealthHtml::end()
{
    return endSection() + "</body></html>\n";
}

}  // namespace countersign
