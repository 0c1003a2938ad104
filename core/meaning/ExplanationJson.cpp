#include "core/meaning/ExplanationJson.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/Utf8.h"
#include "core/crypto/primitives/Sha256.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace countersign::meaning {

namespace {

std::string_view jsonNameOf(Effect::Direction direction)
{
    static constexpr std::array<std::string_view, 4> names = {"out", "in", "power", "fee"};
    return names.at(static_cast<std::size_t>(direction));
}

std::string_view jsonNameOf(Source::Kind kind)
{
    static constexpr std::array<std::string_view, 3> names = {"builtin", "erc7730", "list"};
    return names.at(static_cast<std::size_t>(kind));
}

void addOptional(Json& json, const char* member, const std::optional<std::string>& value)
{
    if (value) {
        json[member] = *value;
    }
}

Json toJson(const Field& field)
{
    Json json = {{"label", field.label}, {"value", field.value}};
    addOptional(json, "path", field.path);
    return json;
}

Json toJson(const Effect& effect)
{
    Json json = {{"direction", jsonNameOf(effect.direction)}};
    addOptional(json, "asset", effect.asset);
    if (effect.amount) {
        json["amount"] = toDecimal(*effect.amount);
    }
    addOptional(json, "display", effect.display);
    addOptional(json, "account", effect.account);
    json["text"] = effect.text;
    return json;
}

Json toJson(const Source& source)
{
    return {{"kind", jsonNameOf(source.kind)}, {"name", source.name}, {"sha256", source.sha256}};
}

template <typename T>
Json listOf(const std::vector<T>& items)
{
    Json list = Json::array();
    for (const T& item : items) {
        list.push_back(toJson(item));
    }
    return list;
}

/// RFC 8785, 3.2.2.2: the short escapes that JSON has, \u00xx for other control characters, nothing else.
void appendCanonical(std::string& out, const std::string& text)
{
    static constexpr std::array<std::pair<char, char>, 7> escapes = {
        {{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}}};
    out += '"';
    for (const char c : text) {
        const auto escape = std::ranges::find(escapes, c, &std::pair<char, char>::first);
        if (escape != escapes.end()) {
            out += '\\';
            out += escape->second;
        } else if (static_cast<unsigned char>(c) < ' ') {
            out += "\\u00" + toHex(std::array{static_cast<std::uint8_t>(c)});
        } else {
            out += c;
        }
    }
    out += '"';
}

void appendCanonical(std::string& out, const Json& json);

void appendObject(std::string& out, const Json& object)
{
    // RFC 8785, 3.2.3: as UTF-16 code units, as QString compares. UTF-8 would order U+E000 to U+FFFF before
    // what is beyond them.
    std::vector<std::pair<QString, const Json*>> members;
    for (const auto& [name, value] : object.items()) {
        members.emplace_back(shownUtf8(name), &value);
    }
    std::ranges::sort(members, {}, &std::pair<QString, const Json*>::first);
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) {
            out += ',';
        }
        appendCanonical(out, members[i].first.toStdString());
        out += ':';
        appendCanonical(out, *members[i].second);
    }
    out += '}';
}

void appendCanonical(std::string& out, const Json& json)
{
    if (json.is_object()) {
        appendObject(out, json);
    } else if (json.is_array()) {
        out += '[';
        for (std::size_t i = 0; i < json.size(); ++i) {
            if (i > 0) {
                out += ',';
            }
            appendCanonical(out, json[i]);
        }
        out += ']';
    } else if (json.is_string()) {
        // What is no UTF-8 has no canonical form; it cannot come out of `finished`.
        appendCanonical(out, shownUtf8(json.get_ref<const std::string&>()).toStdString());
    } else {
        Q_ASSERT(!json.is_number_float());
        out += dumpJson(json);
    }
}

}  // namespace

Json toJson(const Finding& finding)
{
    Json json = {{"id", finding.id},
                 {"severity", nameOf(finding.severity)},
                 {"title", finding.title},
                 {"detail", finding.detail}};
    if (!finding.addresses.empty()) {
        json["addresses"] = finding.addresses;
    }
    return json;
}

Json toJson(const Explanation& explanation)
{
    const Meaning& meaning = explanation.meaning;
    Json json = Json::object();
    if (meaning.understood) {
        json["intent"] = meaning.intent;
    }
    json["understood"] = meaning.understood;
    json["fields"] = listOf(meaning.fields);
    json["effects"] = listOf(meaning.effects);
    json["findings"] = listOf(meaning.findings);
    json["sources"] = listOf(meaning.sources);
    json["bytes"] = explanation.bytes;
    json["explanation"] = explanationHash(json);
    return json;
}

std::string canonicalJson(const Json& json)
{
    std::string out;
    appendCanonical(out, json);
    return out;
}

std::string explanationHash(const Json& explanation)
{
    Json hashed = explanation;
    if (hashed.is_object()) {
        hashed.erase("explanation");
        hashed.erase("local");
    }
    return toHex(sha256(asBytes(canonicalJson(hashed))));
}

}  // namespace countersign::meaning
