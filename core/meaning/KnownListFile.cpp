#include "core/meaning/KnownListFile.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/SanitizedText.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>
#include <QDate>

#include <algorithm>

namespace countersign::meaning {

namespace {

struct KnownListText
{
    Q_DECLARE_TR_FUNCTIONS(KnownListText)
};

constexpr JsonLimits listLimits = {.maxBytes = 1024 * 1024, .maxValues = 100'000};
constexpr qsizetype maxListNameLength = 80;

bool isIsoDate(const std::string& text)
{
    const QString date = QString::fromStdString(text);
    return QDate::fromString(date, Qt::ISODate).toString(Qt::ISODate) == date;
}

}  // namespace

ListMembers::ListMembers(const Json& json, std::string where) : m_json(json), m_where(std::move(where))
{
    check(json.is_object(), "", "no object");
}

std::string ListMembers::text(const char* member)
{
    const Json* value = take(member);
    if (value == nullptr || !value->is_string()) {
        check(false, member, "no text");
        return {};
    }
    const std::string& text = value->get_ref<const std::string&>();
    check(!text.empty() && sanitizedText(text).toStdString() == text, member, "not plain");
    return text;
}

std::string ListMembers::name(const char* member)
{
    std::string name = text(member);
    check(QString::fromStdString(name).size() <= maxListNameLength, member, "too long");
    return name;
}

std::uint32_t ListMembers::number(const char* member, std::uint32_t max)
{
    const Json* value = take(member);
    if (value == nullptr || !value->is_number_unsigned() || value->get<std::uint64_t>() > max) {
        check(false, member, "no number in range");
        return 0;
    }
    return value->get<std::uint32_t>();
}

bool ListMembers::flag(const char* member)
{
    const Json* value = take(member);
    const bool isFlag = value != nullptr && value->is_boolean();
    check(isFlag, member, "neither true nor false");
    return isFlag && value->get<bool>();
}

const Json& ListMembers::array(const char* member)
{
    static const Json none = Json::array();
    const Json* value = take(member);
    const bool isArray = value != nullptr && value->is_array();
    check(isArray, member, "no array");
    return isArray ? *value : none;
}

bool ListMembers::has(const char* member) const
{
    return m_json.is_object() && m_json.contains(member);
}

void ListMembers::check(bool holds, const char* member, const char* fault)
{
    if (!holds && m_fault.empty()) {
        m_fault = m_where + "." + member + ": " + fault;
    }
}

Status ListMembers::done() const
{
    const std::string fault =
        m_fault.empty() && m_taken.size() != m_json.size() ? m_where + ": a member too many" : m_fault;
    if (fault.empty()) {
        return {};
    }
    return failure(ErrorCode::InvalidInput, KnownListText::tr("A list of known names is not in its form."),
                   QString::fromStdString(fault));
}

const Json* ListMembers::take(const char* member)
{
    if (!has(member)) {
        return nullptr;
    }
    m_taken.insert(member);
    return &m_json.at(member);
}

void KnownListFile::checkSources(ListMembers& entry) const
{
    const Json& ids = entry.array("sources");
    const bool areKnown = std::ranges::all_of(ids, [this](const Json& id) {
        return id.is_string() && sourceIds.contains(id.get_ref<const std::string&>());
    });
    entry.check(!ids.empty() && areKnown, "sources", "not of the list");
}

Result<KnownListFile> parseKnownListFile(std::string name, std::string_view text)
{
    ASSIGN_OR_RETURN(const Json json, parseJson(text, listLimits));
    KnownListFile list;
    list.name = std::move(name);
    ListMembers file(json, list.name);
    const std::string date = file.name("date");
    file.check(isIsoDate(date), "date", "no date");
    file.text("about");
    const Json& sources = file.array("sources");
    for (std::size_t i = 0; i < sources.size(); ++i) {
        ListMembers source(sources[i], list.name + ".sources[" + std::to_string(i) + "]");
        source.check(list.sourceIds.insert(source.name("id")).second, "id", "twice");
        source.name("name");
        source.check(source.text("url").starts_with("https://"), "url", "no web page");
        RETURN_IF_ERROR(source.done());
    }
    list.entries = file.array("entries");
    RETURN_IF_ERROR(file.done());
    list.source = {Source::Kind::List, list.name + " " + date, toHex(sha256(asBytes(text)))};
    return list;
}

}  // namespace countersign::meaning
