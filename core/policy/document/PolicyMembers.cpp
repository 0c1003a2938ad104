#include "core/policy/document/PolicyMembers.h"

#include "core/base/text/SanitizedText.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace countersign {

namespace {

struct PolicyMembersText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyMembersText)
};

/// Of a member's name in a sentence.
constexpr qsizetype maxShownName = 64;

}  // namespace

PolicyPlace PolicyPlace::at(std::string_view member) const
{
    const std::string name = sanitizedText(member, maxShownName).toStdString();
    return {*json.find(member), path.empty() ? name : path + '.' + name};
}

PolicyPlace PolicyPlace::at(std::size_t index) const
{
    return {json[index], path + '[' + std::to_string(index) + ']'};
}

bool PolicyPlace::has(std::string_view member) const
{
    return json.contains(member);
}

tl::unexpected<Error> policyFault(const PolicyPlace& place, const QString& what)
{
    const QString where =
        place.path.empty() ? PolicyMembersText::tr("the document") : QString::fromStdString(place.path);
    return failure(ErrorCode::InvalidInput,
                   PolicyMembersText::tr("The policy is refused: %1: %2.").arg(where, what),
                   QString::fromStdString(place.path));
}

Status checkPolicyMembers(const PolicyPlace& place, std::initializer_list<std::string_view> known,
                          std::size_t needed)
{
    if (!place.json.is_object()) {
        return policyFault(place, PolicyMembersText::tr("it has to be an object"));
    }
    for (const auto& [name, value] : place.json.items()) {
        if (std::ranges::find(known, std::string_view(name)) == known.end()) {
            return policyFault(place.at(name), PolicyMembersText::tr("a member of this name is not known"));
        }
        if (value.is_null()) {
            return policyFault(place.at(name), PolicyMembersText::tr("it may not be null"));
        }
    }
    for (std::size_t i = 0; i < needed; ++i) {
        const std::string_view name = known.begin()[i];
        if (!place.has(name)) {
            return policyFault(
                place,
                PolicyMembersText::tr("the member \"%1\" is missing").arg(sanitizedText(name, maxShownName)));
        }
    }
    return {};
}

Result<bool> policyFlag(const PolicyPlace& place)
{
    if (!place.json.is_boolean()) {
        return policyFault(place, PolicyMembersText::tr("it has to be true or false"));
    }
    return place.json.get<bool>();
}

Result<int> policyNumber(const PolicyPlace& place, int min, int max)
{
    const bool fits = place.json.is_number_integer() && !place.json.is_number_float() && place.json >= min &&
                      place.json <= max;
    if (!fits) {
        return policyFault(
            place, PolicyMembersText::tr("it has to be a whole number from %1 to %2").arg(min).arg(max));
    }
    return place.json.get<int>();
}

Result<std::string> policyText(const PolicyPlace& place, std::size_t maxBytes)
{
    if (place.json.is_string()) {
        const auto& text = place.json.get_ref<const std::string&>();
        const bool isPlain = !text.empty() && text.size() <= maxBytes && text.front() != ' ' &&
                             text.back() != ' ' && sanitizedText(text).toStdString() == text;
        if (isPlain) {
            return text;
        }
    }
    return policyFault(place, PolicyMembersText::tr("it has to be a text in one line, of 1 to %1 bytes, "
                                                    "without characters that cannot be seen")
                                  .arg(maxBytes));
}

Result<std::vector<std::string>> policyList(const PolicyPlace& place, PolicyEntry entry,
                                            std::size_t maxEntries)
{
    if (!place.json.is_array() || place.json.empty() || place.json.size() > maxEntries) {
        return policyFault(place,
                           PolicyMembersText::tr("it has to be a list of 1 to %1 texts").arg(maxEntries));
    }
    std::vector<std::string> entries;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < place.json.size(); ++i) {
        const PolicyPlace item = place.at(i);
        ASSIGN_OR_RETURN(const std::string text, policyText(item, 256));
        Result<std::string> written = entry(text);
        if (!written) {
            return policyFault(item, written.error().sentence);
        }
        if (!seen.insert(*written).second) {
            return policyFault(item, PolicyMembersText::tr("it is in the list already"));
        }
        entries.push_back(*std::move(written));
    }
    return entries;
}

}  // namespace countersign
