#include "core/meaning/descriptors/display/DescriptorFields.h"

#include "core/meaning/descriptors/display/DescriptorCalls.h"
#include "core/meaning/descriptors/display/DescriptorFormats.h"
#include "core/meaning/descriptors/display/DescriptorIntent.h"
#include "core/meaning/descriptors/display/DescriptorVisibility.h"

#include <algorithm>
#include <set>

namespace countersign::meaning {

namespace {

constexpr int maxGroups = 8;
constexpr std::size_t maxShown = 400;
constexpr std::size_t maxHidden = 60;
constexpr std::size_t maxReads = 2'000;  // of fields, those in groups once for each element

Finding invalidFinding(const std::string& detail)
{
    return {.id = "descriptor.invalid",
            .severity = Severity::Warning,
            .title = "A descriptor does not fit",
            .detail = "The descriptor cannot be followed: " + descriptorText(detail) + ".",
            .addresses = {}};
}

std::string textOf(const Json& field, const char* member)
{
    const Json* found = memberOf(&field, member);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

/// Why this class exists: what was shown, and what was found on the way, is gathered over nested groups.
class DescriptorFieldReader
{
public:
    explicit DescriptorFieldReader(const DescriptorScope& scope) : m_scope(scope)
    {
        m_meaning.understood = true;
    }

    void readFields(const Json* fields, const DataPlace& base, const std::string& prefix, int depth);
    FormattedData finish(const Json& entry);

private:
    /// The values of one field, each with what it shows.
    using Shown = std::vector<std::vector<Field>>;

    void readGroup(const Json& group, const DataPlace& base, const std::string& prefix, int depth);
    void readBundled(const Json& fields, const DataPlace& base, const std::string& prefix);
    Shown readField(const Json& field, const DataPlace& base, const std::string& prefix);
    std::vector<Field> showOne(const Json& field, const Operand& operand, const FieldParameters& parameters);
    std::vector<Field> showCall(const Operand& operand, const FieldParameters& parameters);
    std::optional<Json> dereferenced(const Json& field);
    std::vector<Operand> operandsOf(const Json& field, const DataPlace& base);
    std::vector<Operand> leavesOf(const Operand& operand);
    void hideOrRefuse(const Json& field, const Operand& operand, Visibility visibility);
    void reportHidden();
    void append(const Shown& shown);

    const DescriptorScope& m_scope;
    Meaning m_meaning;
    std::vector<Field> m_beside;
    IntentValues m_values;
    std::size_t m_reads = 0;
    std::set<const DataNode*> m_calls;  ///< what was explained as a call
};

std::optional<Json> DescriptorFieldReader::dereferenced(const Json& field)
{
    const Json* reference = memberOf(&field, "$ref");
    if (reference == nullptr) {
        return field;
    }
    const auto path =
        reference->is_string() ? parseDescriptorPath(reference->get_ref<const std::string&>()) : std::nullopt;
    const Json* definition = path ? m_scope.inDocument(*path) : nullptr;
    if (definition == nullptr || !definition->is_object() || definition->contains("$ref")) {
        m_meaning.doNotUnderstand(invalidFinding("a definition that is not there"));
        return std::nullopt;
    }
    Json merged = *definition;
    for (const auto& [name, value] : field.items()) {
        Json* params =
            name == "params" && merged.contains(name) && value.is_object() ? &merged[name] : nullptr;
        if (params != nullptr && params->is_object()) {
            params->update(value);
        } else {
            merged[name] = value;
        }
    }
    return merged;
}

void DescriptorFieldReader::readFields(const Json* fields, const DataPlace& base, const std::string& prefix,
                                       int depth)
{
    if (fields == nullptr || !fields->is_array() || depth > maxGroups) {
        m_meaning.doNotUnderstand(invalidFinding("fields are missing, or nested too deeply"));
        return;
    }
    for (const Json& entry : *fields) {
        const auto field = entry.is_object() ? dereferenced(entry) : std::nullopt;
        if (m_meaning.fields.size() >= maxShown) {
            m_meaning.doNotUnderstand(invalidFinding("it shows too many values"));
            return;
        }
        if (!field) {
            m_meaning.doNotUnderstand(invalidFinding("a field that is none"));
        } else if (field->contains("fields")) {
            readGroup(*field, base, prefix, depth);
        } else {
            append(readField(*field, base, prefix));
        }
    }
}

void DescriptorFieldReader::readGroup(const Json& group, const DataPlace& base, const std::string& prefix,
                                      int depth)
{
    const std::string text = textOf(group, "path");
    const auto path = parseDescriptorPath(text);
    const bool isData =
        path && (path->root == DescriptorPath::Root::Data || path->root == DescriptorPath::Root::Relative);
    if (!isData) {
        m_meaning.doNotUnderstand(invalidFinding("a group whose path leads nowhere"));
        return;
    }
    const bool isAbsolute = path->root == DescriptorPath::Root::Data;
    const auto places = follow(isAbsolute ? m_scope.root() : base, path->steps, nullptr, &m_scope.coverage);
    if (!places) {
        m_meaning.doNotUnderstand(invalidFinding("a path that leads nowhere: " + text));
        return;
    }
    const std::string inside = joinedIntentPath(prefix, text);
    if (textOf(group, "iteration") == "bundled" && places->size() == 1) {
        readBundled(group["fields"], places->front(), inside);
        return;
    }
    for (const DataPlace& place : *places) {
        const bool isArray = place.node->kind == AbiType::Kind::Array;
        const std::vector<PathStep> all{{.kind = PathStep::Kind::Slice, .name = {}, .from = {}, .to = {}}};
        const auto elements =
            isArray ? follow(place, all, nullptr, &m_scope.coverage) : std::optional(std::vector{place});
        for (const DataPlace& element : *elements) {
            readFields(&group["fields"], element, inside, depth + 1);
        }
    }
}

void DescriptorFieldReader::readBundled(const Json& fields, const DataPlace& base, const std::string& prefix)
{
    std::vector<Shown> columns;
    std::size_t rows = 0;
    if (!fields.is_array()) {
        m_meaning.doNotUnderstand(invalidFinding("fields are missing"));
        return;
    }
    for (const Json& entry : fields) {
        const auto field = entry.is_object() ? dereferenced(entry) : std::nullopt;
        if (!field || field->contains("fields")) {
            m_meaning.doNotUnderstand(invalidFinding("groups within bundled groups"));
            continue;
        }
        columns.push_back(readField(*field, base, prefix));
        rows = std::max(rows, columns.back().size());
    }
    for (std::size_t row = 0; row < rows; ++row) {
        for (const Shown& column : columns) {
            if (row < column.size()) {
                append({column[row]});
            } else {
                m_meaning.doNotUnderstand(invalidFinding("bundled arrays of different lengths"));
            }
        }
    }
}

void DescriptorFieldReader::append(const Shown& shown)
{
    for (const auto& fields : shown) {
        m_meaning.fields.insert(m_meaning.fields.end(), fields.begin(), fields.end());
    }
}

std::vector<Operand> DescriptorFieldReader::leavesOf(const Operand& operand)
{
    if (!operand.place || operand.place->node->kind != AbiType::Kind::Array) {
        return {operand};
    }
    std::vector<Operand> leaves;
    m_scope.coverage.addArray(*operand.place->node);
    const std::vector<PathStep> all{{.kind = PathStep::Kind::Slice, .name = {}, .from = {}, .to = {}}};
    for (const DataPlace& place :
         follow(*operand.place, all, nullptr, nullptr).value_or(std::vector<DataPlace>())) {
        const auto below = leavesOf(operandOf(place));
        leaves.insert(leaves.end(), below.begin(), below.end());
    }
    return leaves;
}

std::vector<Operand> DescriptorFieldReader::operandsOf(const Json& field, const DataPlace& base)
{
    const Json* value = memberOf(&field, "value");
    const std::string path = textOf(field, "path");
    const auto found =
        value != nullptr && path.empty()
            ? m_scope.constant(*value).map([](const Operand& operand) { return std::vector{operand}; })
            : m_scope.resolve(path, base, nullptr);
    if (!found) {
        m_meaning.doNotUnderstand(invalidFinding(found.error().detail.toStdString()));
        return {};
    }
    std::vector<Operand> operands;
    for (const Operand& operand : *found) {
        const auto leaves = leavesOf(operand);
        operands.insert(operands.end(), leaves.begin(), leaves.end());
    }
    return operands;
}

void DescriptorFieldReader::hideOrRefuse(const Json& field, const Operand& operand, Visibility visibility)
{
    const std::string label =
        descriptorText(textOf(field, "label").empty() ? textOf(field, "path") : textOf(field, "label"));
    const auto path = operand.place ? std::optional(operand.place->path) : std::nullopt;
    if (visibility == Visibility::Differs) {
        m_meaning.fields.push_back({.label = label, .value = operand.asText(), .path = path});
        m_meaning.doNotUnderstand(
            {.id = "descriptor.mustMatch",
             .severity = Severity::Warning,
             .title = "A value is not what the descriptor demands",
             .detail = "\"" + label + "\" is " + operand.asText() + ", which its descriptor does not allow.",
             .addresses = {}});
    }
    if (visibility == Visibility::Known) {
        m_beside.push_back({.label = label, .value = operand.asText(), .path = path});
    }
    if (visibility != Visibility::Hidden && operand.place) {
        m_scope.coverage.add(*operand.place);
    }
}

DescriptorFieldReader::Shown DescriptorFieldReader::readField(const Json& field, const DataPlace& base,
                                                              const std::string& prefix)
{
    Shown shown;
    if (++m_reads > maxReads) {
        m_meaning.doNotUnderstand(invalidFinding("it has too many fields"));
        return shown;
    }
    const std::vector<Operand> operands = operandsOf(field, base);
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const Operand& operand = operands[i];
        const auto visibility = visibilityOf(field, operand, m_scope);
        if (!visibility) {
            m_meaning.doNotUnderstand(invalidFinding("a rule of visibility that is not known"));
        }
        if (visibility && *visibility != Visibility::Shown) {
            hideOrRefuse(field, operand, *visibility);
            continue;
        }
        if (operand.place && !operand.place->node->isLeaf()) {
            m_meaning.doNotUnderstand(
                invalidFinding("a struct is shown as one value: " + operand.place->path));
            continue;
        }
        if (shown.size() >= maxShown) {
            m_meaning.doNotUnderstand(invalidFinding("it shows too many values"));
            break;
        }
        const FieldParameters parameters(m_scope, field, base, operand.place ? &*operand.place : nullptr, i,
                                         operands.size());
        const bool isCall = textOf(field, "format") == "calldata";
        shown.push_back(isCall ? showCall(operand, parameters) : showOne(field, operand, parameters));
        if (!shown.back().empty()) {
            m_values.add(joinedIntentPath(prefix, textOf(field, "path")), shown.back().front().value);
        }
    }
    return shown;
}

std::vector<Field> DescriptorFieldReader::showOne(const Json& field, const Operand& operand,
                                                  const FieldParameters& parameters)
{
    const auto path = operand.place ? std::optional(operand.place->path) : std::nullopt;
    const std::string label = descriptorText(parameters.label());
    const Json* encryption = memberOf(&field, "encryption");
    if (encryption != nullptr) {  // What it decrypts to is not known, and so the value is not shown.
        const std::string fallback = textOf(*encryption, "fallbackLabel");
        return {{.label = label,
                 .value = fallback.empty() ? "[Encrypted]" : descriptorText(fallback),
                 .path = path}};
    }
    const std::string format = textOf(field, "format");
    auto shown = shownValue(format.empty() ? "raw" : format, operand, parameters);
    if (!shown) {
        m_meaning.doNotUnderstand(invalidFinding(shown.error().detail.toStdString() + " (" + label + ")"));
        shown = ShownValue();
        shown->text = operand.asText();
    }
    if (operand.place) {
        m_scope.coverage.add(*operand.place);
    }
    m_meaning.understood = m_meaning.understood && !shown->isOpaque;
    m_meaning.findings.insert(m_meaning.findings.end(), shown->findings.begin(), shown->findings.end());
    m_beside.insert(m_beside.end(), shown->beside.begin(), shown->beside.end());
    if (shown->effect) {
        m_meaning.effects.push_back(*shown->effect);
    }
    return {{.label = label, .value = shown->text, .path = path}};
}

std::vector<Field> DescriptorFieldReader::showCall(const Operand& operand, const FieldParameters& parameters)
{
    // The same bytes again and again would cost without bound.
    const bool isNew = operand.place && m_calls.insert(operand.place->node).second;
    auto shown = isNew ? shownCall(operand, parameters) : std::nullopt;
    if (!shown) {
        const std::string label = descriptorText(parameters.label());
        m_meaning.doNotUnderstand(
            invalidFinding("a call within the call that cannot be told (" + label + ")"));
        return {{.label = label,
                 .value = operand.asText(),
                 .path = operand.place ? std::optional(operand.place->path) : std::nullopt}};
    }
    m_scope.coverage.add(*operand.place);
    m_beside.push_back(shown->callee);
    m_meaning.absorb(std::move(shown->meaning));
    return shown->fields;
}

void DescriptorFieldReader::reportHidden()
{
    const auto missing = m_scope.coverage.missing(m_scope.data, maxHidden);
    if (missing.empty()) {
        return;
    }
    std::string names;
    for (const DataPlace& place : missing) {
        names += (names.empty() ? "" : ", ") + descriptorText(place.path);
        const bool isArray = place.node->kind == AbiType::Kind::Array;
        m_beside.push_back({.label = "Left out by the descriptor: " + descriptorText(place.path),
                            .value = isArray ? "nothing in it" : operandOf(place).asText(),
                            .path = place.path});
    }
    m_meaning.doNotUnderstand({.id = "descriptor.hidden",
                               .severity = Severity::Warning,
                               .title = "The descriptor leaves something out",
                               .detail = "Its descriptor does not show, or not in full: " + names + ".",
                               .addresses = {}});
}

FormattedData DescriptorFieldReader::finish(const Json& entry)
{
    reportHidden();
    const auto sentence = m_values.interpolated(textOf(entry, "interpolatedIntent"));
    if (sentence) {
        m_beside.push_back({.label = "In the descriptor's words", .value = *sentence, .path = {}});
    }
    for (const Field& field : m_beside) {
        if (std::ranges::find(m_meaning.fields, field) == m_meaning.fields.end()) {
            m_meaning.fields.push_back(field);
        }
    }
    return {.meaning = std::move(m_meaning), .intent = intentText(memberOf(&entry, "intent"))};
}

}  // namespace

FormattedData formatData(const Json& entry, const DescriptorScope& scope)
{
    DescriptorFieldReader reader(scope);
    reader.readFields(memberOf(&entry, "fields"), scope.root(), {}, 0);
    return reader.finish(entry);
}

}  // namespace countersign::meaning
