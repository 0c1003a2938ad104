#include "tests/unit/policy/document/SchemaCheck.h"

#include <QRegularExpression>

#include <algorithm>
#include <map>
#include <set>

namespace countersign {

namespace {

/// One keyword held against one value.
struct SchemaStep
{
    const Json& root;
    const Json& schema;
    const Json& keyword;  ///< its value
    const Json& value;
    const std::string& path;
};

using Keyword = bool (*)(const SchemaStep&);

bool isOfType(const SchemaStep& step)
{
    const std::string type = step.keyword.get<std::string>();
    return (type == "object" && step.value.is_object()) || (type == "array" && step.value.is_array()) ||
           (type == "string" && step.value.is_string()) || (type == "boolean" && step.value.is_boolean()) ||
           (type == "integer" && step.value.is_number_integer());
}

bool matchesPattern(const SchemaStep& step)
{
    const QRegularExpression pattern(QString::fromStdString(step.keyword.get<std::string>()));
    return !step.value.is_string() ||
           (pattern.isValid() &&
            pattern.match(QString::fromStdString(step.value.get<std::string>())).hasMatch());
}

std::size_t lengthOf(const Json& text)
{
    return static_cast<std::size_t>(QString::fromStdString(text.get<std::string>()).toUcs4().size());
}

bool hasNoOtherMembers(const SchemaStep& step)
{
    const Json& known = step.schema.at("properties");
    return !step.value.is_object() || std::ranges::all_of(step.value.items(), [&known](const auto& member) {
        return known.contains(member.key());
    });
}

bool hasMembers(const SchemaStep& step)
{
    return !step.value.is_object() || std::ranges::all_of(step.keyword, [&step](const Json& name) {
        return step.value.contains(name.get<std::string>());
    });
}

bool isUnique(const SchemaStep& step)
{
    std::set<std::string> seen;
    return !step.value.is_array() || std::ranges::all_of(step.value, [&seen](const Json& item) {
        return seen.insert(item.dump()).second;
    });
}

bool fitsOne(const SchemaStep& step)
{
    return std::ranges::count_if(step.keyword, [&step](const Json& one) {
               return schemaFault(step.root, one, step.value).empty();
           }) == 1;
}

bool hasDependents(const SchemaStep& step)
{
    for (const auto& [name, needed] : step.keyword.items()) {
        if (step.value.contains(name) && !step.value.contains(needed[0].get<std::string>())) {
            return false;
        }
    }
    return true;
}

bool passes(const SchemaStep&)
{
    return true;
}

const std::map<std::string, Keyword>& keywords()
{
    static const std::map<std::string, Keyword> known = {
        {"type", isOfType},
        {"const", [](const SchemaStep& s) { return s.value == s.keyword; }},
        {"enum",
         [](const SchemaStep& s) { return std::ranges::find(s.keyword, s.value) != s.keyword.end(); }},
        {"pattern", matchesPattern},
        {"minLength",
         [](const SchemaStep& s) { return !s.value.is_string() || lengthOf(s.value) >= s.keyword; }},
        {"maxLength",
         [](const SchemaStep& s) { return !s.value.is_string() || lengthOf(s.value) <= s.keyword; }},
        {"minimum", [](const SchemaStep& s) { return !s.value.is_number() || s.value >= s.keyword; }},
        {"maximum", [](const SchemaStep& s) { return !s.value.is_number() || s.value <= s.keyword; }},
        {"minItems", [](const SchemaStep& s) { return !s.value.is_array() || s.value.size() >= s.keyword; }},
        {"maxItems", [](const SchemaStep& s) { return !s.value.is_array() || s.value.size() <= s.keyword; }},
        {"minProperties",
         [](const SchemaStep& s) { return !s.value.is_object() || s.value.size() >= s.keyword; }},
        {"uniqueItems", isUnique},
        {"additionalProperties", hasNoOtherMembers},
        {"required", hasMembers},
        {"dependentRequired", hasDependents},
        {"oneOf", fitsOne},
        {"description", passes},
        {"title", passes},
        {"properties", passes},  // below
        {"items", passes},
        {"$ref", passes},
        {"$defs", passes},
        {"$schema", passes},
    };
    return known;
}

}  // namespace

std::string schemaFault(const Json& root, const Json& schema, const Json& value, const std::string& path)
{
    for (const auto& [name, keyword] : schema.items()) {
        const auto known = keywords().find(name);
        if (known == keywords().end() || !known->second({root, schema, keyword, value, path})) {
            return path + ": " + name;
        }
    }
    if (schema.contains("$ref")) {
        const std::string name = schema["$ref"].get<std::string>().substr(std::string("#/$defs/").size());
        return schemaFault(root, root["$defs"].at(name), value, path);
    }
    std::string fault;
    if (schema.contains("properties") && value.is_object()) {
        for (const auto& [name, member] : value.items()) {
            fault = fault.empty() ? schemaFault(root, schema["properties"][name], member, path + '.' + name)
                                  : fault;
        }
    }
    if (schema.contains("items") && value.is_array()) {
        for (const Json& item : value) {
            fault = fault.empty() ? schemaFault(root, schema["items"], item, path + "[]") : fault;
        }
    }
    return fault;
}

}  // namespace countersign
