#include "core/meaning/descriptors/binding/DescriptorFunctions.h"

#include "core/base/encoding/Hex.h"
#include "core/meaning/descriptors/binding/DescriptorScope.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

constexpr int maxNesting = 8;

/// "uint256 amount", "(address a,uint256 b)[] list" of an entry of a JSON ABI.
std::string parameterText(const Json& input, int depth)
{
    const Json* type = memberOf(&input, "type");
    const Json* name = memberOf(&input, "name");
    const Json* components = memberOf(&input, "components");
    std::string text = type != nullptr && type->is_string() ? type->get<std::string>() : std::string();
    if (text.starts_with("tuple") && components != nullptr && components->is_array() && depth < maxNesting) {
        std::string inside;
        for (const Json& component : *components) {
            inside += (inside.empty() ? "" : ",") + parameterText(component, depth + 1);
        }
        text = "(" + inside + ")" + text.substr(5);
    }
    const bool isNamed = name != nullptr && name->is_string() && !name->get_ref<const std::string&>().empty();
    return isNamed ? text + " " + name->get<std::string>() : text;
}

std::vector<AbiFunction> functionsOfAbi(const Json& document)
{
    std::vector<AbiFunction> functions;
    const Json* abi = memberOf(memberOf(memberOf(&document, "context"), "contract"), "abi");
    if (abi == nullptr || !abi->is_array()) {
        return functions;
    }
    for (const Json& entry : *abi) {
        const auto name = requiredString(entry, "name");
        const Json* inputs = memberOf(&entry, "inputs");
        if (!name || inputs == nullptr || !inputs->is_array()) {
            continue;
        }
        std::string text;
        for (const Json& input : *inputs) {
            text += (text.empty() ? "" : ",") + parameterText(input, 0);
        }
        if (auto function = parseAbiFunction(*name + "(" + text + ")")) {
            functions.push_back(*std::move(function));
        }
    }
    return functions;
}

bool isNameless(const AbiFunction& function)
{
    return std::ranges::any_of(function.inputs, [](const AbiParameter& input) { return input.name.empty(); });
}

/// "a, b" and "a,b" are one key to people who write them.
std::string withoutSpacesBehindCommas(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        if (c != ' ' || (!result.empty() && result.back() != ',')) {
            result += c;
        }
    }
    return result;
}

bool hasSchema(const Json& document, const std::string& primaryType, const std::string& encodedType)
{
    const Json* schemas = memberOf(memberOf(memberOf(&document, "context"), "eip712"), "schemas");
    if (schemas == nullptr || !schemas->is_array()) {
        return false;
    }
    return std::ranges::any_of(*schemas, [&](const Json& schema) {
        const Json* types = memberOf(&schema, "types");
        auto parsed = types != nullptr ? TypedDataTypes::parse(*types, Json::object())
                                       : Result<TypedDataTypes>(failure(ErrorCode::InvalidInput, {}));
        const auto index = parsed ? parsed->find(primaryType) : std::nullopt;
        const auto encoded = index ? parsed->encodeType(*index) : Result<std::string>(std::string());
        return encoded && *encoded == encodedType;
    });
}

}  // namespace

std::vector<DescribedFunction> describedFunctions(const Json& document)
{
    std::vector<DescribedFunction> found;
    const Json* formats = memberOf(memberOf(&document, "display"), "formats");
    if (formats == nullptr || !formats->is_object()) {
        return found;
    }
    const std::vector<AbiFunction> abi = functionsOfAbi(document);
    for (const auto& [key, entry] : formats->items()) {
        const auto function = parseAbiFunction(key);
        const auto bytes = key.starts_with("0x") ? fromHex(key) : Result<Bytes>(Bytes());
        DescribedFunction described{.key = key, .function = {}, .selector = {}};
        if (function) {
            described.function = *function;
            described.selector = function->selector();
        } else if (bytes && bytes->size() == described.selector.size()) {
            std::ranges::copy(*bytes, described.selector.begin());
        } else {
            continue;
        }
        const auto named = std::ranges::find(abi, described.selector, &AbiFunction::selector);
        if (named != abi.end() && (!function || isNameless(*function))) {
            described.function = *named;
        } else if (!function) {
            continue;
        }
        found.push_back(std::move(described));
    }
    return found;
}

const Json* formatOfMessage(const Json& document, const std::string& primaryType,
                            const std::string& encodedType)
{
    const Json* formats = memberOf(memberOf(&document, "display"), "formats");
    if (formats == nullptr || !formats->is_object()) {
        return nullptr;
    }
    for (const auto& [key, entry] : formats->items()) {
        if (withoutSpacesBehindCommas(key) == encodedType ||
            (key == primaryType && hasSchema(document, primaryType, encodedType))) {
            return &entry;
        }
    }
    return nullptr;
}

}  // namespace countersign::meaning
