#include "core/policy/document/PolicyConditionsReading.h"

#include "core/policy/document/PolicyEntries.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct PolicyConditionsText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyConditionsText)
};

constexpr int minutesOfDay = 24 * 60;

/// A condition that is a list of texts.
struct ListCondition
{
    std::string_view name;
    std::vector<std::string> PolicyConditions::*list;
    PolicyEntry entry;
};

constexpr std::array listConditions = {
    ListCondition{"wallets", &PolicyConditions::wallets, policyWallet},
    ListCondition{"chains", &PolicyConditions::chains, policyChain},
    ListCondition{"kinds", &PolicyConditions::kinds, policyKind},
    ListCondition{"origins", &PolicyConditions::origins, policyOrigin},
    ListCondition{"submitters", &PolicyConditions::submitters, policyName},
    ListCondition{"intents", &PolicyConditions::intents, policyIntent},
    ListCondition{"contracts", &PolicyConditions::contracts, policyContract},
    ListCondition{"functions", &PolicyConditions::functions, policyFunction},
    ListCondition{"programs", &PolicyConditions::programs, policyProgram},
    ListCondition{"recipients", &PolicyConditions::recipients, policyRecipient},
    ListCondition{"notRecipients", &PolicyConditions::notRecipients, policyRecipient},
    ListCondition{"assets", &PolicyConditions::assets, policyAsset},
    ListCondition{"findings", &PolicyConditions::findings, policyFinding},
};

Result<Uint256> readAmount(const PolicyPlace& place)
{
    const Result<Uint256> amount = place.json.is_string()
                                       ? parseQuantity(place.json.get_ref<const std::string&>())
                                       : failure(ErrorCode::InvalidInput, {});
    if (!amount) {
        return policyFault(place, PolicyConditionsText::tr(
                                      "an amount is a text with a whole number of raw units, below 2^256"));
    }
    return amount;
}

/// min and max of an object that may have other members.
Result<PolicyBounds> readBounds(const PolicyPlace& place)
{
    PolicyBounds bounds;
    if (place.has("min")) {
        ASSIGN_OR_RETURN(bounds.min, readAmount(place.at("min")));
    }
    if (place.has("max")) {
        ASSIGN_OR_RETURN(bounds.max, readAmount(place.at("max")));
    }
    if (!bounds.min && !bounds.max) {
        return policyFault(place, PolicyConditionsText::tr("it needs a min or a max"));
    }
    if (bounds.min && bounds.max && *bounds.min > *bounds.max) {
        return policyFault(place, PolicyConditionsText::tr("min is more than max"));
    }
    return bounds;
}

Result<PolicyPeriod> readPeriod(const PolicyPlace& place)
{
    PolicyPeriod period;
    RETURN_IF_ERROR(checkPolicyMembers(place, {"hours", "min", "max"}, 1));
    ASSIGN_OR_RETURN(period.hours, policyNumber(place.at("hours"), 1, policyMaxHours));
    ASSIGN_OR_RETURN(period.bounds, readBounds(place));
    return period;
}

Result<meaning::Severity> readSeverity(const PolicyPlace& place)
{
    for (const meaning::Severity severity : {meaning::Severity::Info, meaning::Severity::Warning,
                                             meaning::Severity::Critical, meaning::Severity::Error}) {
        if (place.json.is_string() && place.json.get_ref<const std::string&>() == nameOf(severity)) {
            return severity;
        }
    }
    return policyFault(place,
                       PolicyConditionsText::tr("it has to be one of info, warning, critical and error"));
}

/// In the order of PolicyTime::days.
constexpr std::array<std::string_view, 7> dayWords = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

Result<std::string> policyDay(std::string_view text)
{
    if (std::ranges::find(dayWords, text) == dayWords.end()) {
        return failure(ErrorCode::InvalidInput,
                       PolicyConditionsText::tr("it has to be one of mon, tue, wed, thu, fri, sat, sun"));
    }
    return std::string(text);
}

Result<std::array<bool, 7>> readDays(const PolicyPlace& place)
{
    std::array<bool, 7> days{};
    ASSIGN_OR_RETURN(const auto listed, policyList(place, policyDay, dayWords.size()));
    for (std::size_t i = 0; i < dayWords.size(); ++i) {
        days[i] = std::ranges::find(listed, dayWords[i]) != listed.end();
    }
    return days;
}

/// "HH:MM" as minutes since midnight; "24:00" is the end of a day.
Result<int> readMinute(const PolicyPlace& place, int most)
{
    const std::string text = place.json.is_string() ? place.json.get<std::string>() : std::string();
    const auto digit = [&text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
        const int hour = (text[0] - '0') * 10 + (text[1] - '0');
        const int minute = (text[3] - '0') * 10 + (text[4] - '0');
        if (minute < 60 && hour * 60 + minute <= most) {
            return hour * 60 + minute;
        }
    }
    return policyFault(place, PolicyConditionsText::tr("a time of day is written like 09:30"));
}

/// Of the IANA database alone: "UTC+2", which Qt knows too, is none of it.
Result<QTimeZone> readZone(const PolicyPlace& place)
{
    const QByteArray id = place.json.is_string()
                              ? QByteArray::fromStdString(place.json.get_ref<const std::string&>())
                              : QByteArray();
    const bool isOffset = id.startsWith("UTC") && id.size() > 3;
    if (id.isEmpty() || isOffset || !QTimeZone::isTimeZoneIdAvailable(id)) {
        return policyFault(place, PolicyConditionsText::tr("it is no time zone like Europe/Zurich or UTC"));
    }
    return QTimeZone(id);
}

Result<PolicyTime> readTime(const PolicyPlace& place)
{
    RETURN_IF_ERROR(checkPolicyMembers(place, {"zone", "days", "from", "to"}, 1));
    PolicyTime time;
    ASSIGN_OR_RETURN(time.zone, readZone(place.at("zone")));
    time.days.fill(true);
    if (place.has("days")) {
        ASSIGN_OR_RETURN(time.days, readDays(place.at("days")));
    }
    if (place.has("from") != place.has("to") || !(place.has("days") || place.has("from"))) {
        return policyFault(place, PolicyConditionsText::tr("it needs days, or from and to"));
    }
    if (place.has("from")) {
        ASSIGN_OR_RETURN(time.from, readMinute(place.at("from"), minutesOfDay - 1));
        ASSIGN_OR_RETURN(time.to, readMinute(place.at("to"), minutesOfDay));
        if (time.from == time.to) {
            return policyFault(place.at("to"), PolicyConditionsText::tr("it is the same as from"));
        }
    }
    return time;
}

Status readSingleConditions(const PolicyPlace& place, PolicyConditions& when)
{
    if (place.has("understood")) {
        ASSIGN_OR_RETURN(when.understood, policyFlag(place.at("understood")));
    }
    if (place.has("amount")) {
        RETURN_IF_ERROR(checkPolicyMembers(place.at("amount"), {"min", "max"}));
        ASSIGN_OR_RETURN(when.amount, readBounds(place.at("amount")));
    }
    if (place.has("perPeriod")) {
        ASSIGN_OR_RETURN(when.perPeriod, readPeriod(place.at("perPeriod")));
    }
    if (place.has("severity")) {
        ASSIGN_OR_RETURN(when.severity, readSeverity(place.at("severity")));
    }
    if (place.has("time")) {
        ASSIGN_OR_RETURN(when.time, readTime(place.at("time")));
    }
    return {};
}

}  // namespace

Result<PolicyConditions> readPolicyConditions(const PolicyPlace& place)
{
    RETURN_IF_ERROR(checkPolicyMembers(
        place, {"wallets", "chains", "kinds", "origins", "submitters", "intents", "understood", "contracts",
                "functions", "programs", "recipients", "notRecipients", "assets", "amount", "perPeriod",
                "findings", "severity", "time"}));
    PolicyConditions when;
    for (const ListCondition& condition : listConditions) {
        if (place.has(condition.name)) {
            ASSIGN_OR_RETURN(when.*condition.list,
                             policyList(place.at(condition.name), condition.entry, policyMaxEntries));
        }
    }
    RETURN_IF_ERROR(readSingleConditions(place, when));
    return when;
}

}  // namespace countersign
