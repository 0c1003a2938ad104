#include "core/signing/approval/ApprovalBasis.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct ApprovalBasisText
{
    Q_DECLARE_TR_FUNCTIONS(ApprovalBasisText)
};

constexpr std::size_t traceMaxBytes = 16 * 1024;
constexpr std::size_t becauseMaxBytes = 400;

Json ruleJson(const std::optional<std::string>& rule)
{
    return rule ? Json(*rule) : Json();
}

Json toJson(const PolicyTraceLine& line)
{
    // Where the cut splits a character, dumpJson writes another one.
    return {{"rule", ruleJson(line.rule)},
            {"matched", line.matched},
            {"because", line.because.substr(0, becauseMaxBytes)}};
}

/// The last lines that there is room for, in their order.
Json traceJson(const std::vector<PolicyTraceLine>& trace)
{
    std::vector<Json> lines;
    std::size_t bytes = 0;
    for (auto line = trace.rbegin(); line != trace.rend(); ++line) {
        Json one = toJson(*line);
        bytes += dumpJson(one).size();
        if (bytes > traceMaxBytes) {
            break;
        }
        lines.push_back(std::move(one));
    }
    std::ranges::reverse(lines);
    return lines;
}

template <std::size_t size>
bool readBytes(const Json& json, const char* member, std::array<std::uint8_t, size>& bytes)
{
    const auto text = requiredString(json, member);
    const auto read = text ? fromHex(*text) : Result<Bytes>(failure(text.error()));
    if (!read || read->size() != size) {
        return false;
    }
    std::ranges::copy(*read, bytes.begin());
    return true;
}

bool readCounted(const Json& json, ApprovalBasis::Counted& counted)
{
    const auto name = requiredString(json, "name");
    counted.name = name.value_or(std::string());
    return name && readBytes(json, "statement", counted.digest) &&
           readBytes(json, "operator", counted.operatorKey);
}

bool readStatements(const Json& json, std::vector<ApprovalBasis::Counted>& statements)
{
    if (!json.contains("statements") || !json.at("statements").is_array()) {
        return false;
    }
    return std::ranges::all_of(json.at("statements"), [&statements](const Json& one) {
        return readCounted(one, statements.emplace_back());
    });
}

bool isTrue(const Json& json, const char* member)
{
    return json.contains(member) && json.at(member) == Json(true);
}

/// Nothing where it is no small number.
std::optional<int> smallNumber(const Json& json, const char* member)
{
    constexpr int most = 1'000;
    if (!json.contains(member) || !json.at(member).is_number_unsigned() || json.at(member) > Json(most)) {
        return std::nullopt;
    }
    return json.at(member).get<int>();
}

}  // namespace

std::string ApprovalBasis::toText() const
{
    Json counted = Json::array();
    for (const Counted& one : statements) {
        counted.push_back(
            {{"statement", toHex(one.digest)}, {"operator", toHex(one.operatorKey)}, {"name", one.name}});
    }
    Json json = {{"policy", policy},
                 {"rule", ruleJson(rule)},
                 {"outcome", "review"},
                 {"have", static_cast<unsigned>(have)},
                 {"need", static_cast<unsigned>(need)}};
    if (reauthenticated) {
        json["reauthenticated"] = true;
    }
    if (typedWord) {
        json["typedWord"] = true;
    }
    json["statements"] = std::move(counted);
    json["trace"] = traceJson(trace);
    return dumpJson(json);
}

Result<ApprovalBasis> ApprovalBasis::parse(std::string_view text)
{
    const auto json = parseJson(text, {.maxBytes = basisMaxBytes, .maxDepth = 4});
    const auto policy = json ? requiredString(*json, "policy") : failure(json.error());
    const auto rule = policy ? optionalString(*json, "rule") : failure(policy.error());
    ApprovalBasis basis;
    const auto have = rule ? smallNumber(*json, "have") : std::nullopt;
    const auto need = rule ? smallNumber(*json, "need") : std::nullopt;
    if (!have || !need || !readStatements(*json, basis.statements)) {
        return failure(ErrorCode::Corrupt,
                       ApprovalBasisText::tr("What the approval rests on cannot be read. Nothing was signed; "
                                             "approve the job once more."));
    }
    basis.policy = *policy;
    basis.rule = *rule;
    basis.have = *have;
    basis.need = *need;
    basis.reauthenticated = isTrue(*json, "reauthenticated");
    basis.typedWord = isTrue(*json, "typedWord");
    return basis;
}

}  // namespace countersign
