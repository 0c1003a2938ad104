#include "core/chain/evm/typeddata/TypedDataValues.h"
#include "core/meaning/evm/typed/KnownTypes.h"

namespace countersign::meaning {

namespace {

std::string typedValueText(const TypedDataType& type, const Json& value,
                           const std::optional<Uint256>& chainId)
{
    if (const auto integer = integerText(value)) {
        return *integer;
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "true" : "false";
    }
    if (!value.is_string()) {
        return "(none)";
    }
    const auto& text = value.get_ref<const std::string&>();
    if (type.kind == TypedDataType::Kind::Unsigned) {
        return parseQuantity(text).map(toDecimal).value_or(text);
    }
    if (type.kind == TypedDataType::Kind::Address) {
        return parseEvmAddress(text, chainId)
            .map([](const EvmAddress& a) { return toText(a); })
            .value_or(text);
    }
    return text;
}

/// Walks values along their types; each leaf becomes a field.
class FieldLister
{
public:
    FieldLister(const TypedMessage& message, Meaning& meaning) : m_message(message), m_meaning(meaning) {}

    void addStruct(std::size_t index, const Json& value, const std::string& path)
    {
        const TypedDataStruct& type = m_message.types().structs()[index];
        for (const TypedDataMember& member : type.members) {
            if (isFull()) {
                return;
            }
            const auto found = value.find(member.name);
            if (found != value.end()) {
                add(member, member.type.dimensions.size(), *found, path + '.' + member.name);
            }
        }
    }

private:
    /// One more than finished() shows, so that it says that there is more.
    bool isFull() const { return m_meaning.fields.size() > maxFields; }

    void add(const TypedDataMember& member, std::size_t dimensions, const Json& value,
             const std::string& path)
    {
        if (isFull()) {
            return;
        }
        if (dimensions > 0 && !value.empty()) {
            for (std::size_t i = 0; i < value.size() && !isFull(); ++i) {
                add(member, dimensions - 1, value[i], path + '[' + std::to_string(i) + ']');
            }
            return;
        }
        if (dimensions == 0 && value.is_object() && !value.empty()) {
            addStruct(member.type.structIndex, value, path);
            return;
        }
        m_meaning.fields.push_back(
            {member.name, typedValueText(member.type, value, m_message.chainId()), path});
    }

    const TypedMessage& m_message;
    Meaning& m_meaning;
};

}  // namespace

void addFieldsOf(const TypedMessage& message, std::size_t structIndex, const Json& value,
                 const std::string& path, Meaning& meaning)
{
    FieldLister(message, meaning).addStruct(structIndex, value, path);
}

Meaning listedMessage(const TypedMessage& message)
{
    Meaning meaning;
    meaning.fields.push_back({"Type", message.primaryType(), "primaryType"});
    addFieldsOf(message, *message.types().find(typedDataDomainType), message.domain().json(), "domain",
                meaning);
    if (!message.isDomainAlone()) {
        addFieldsOf(message, *message.types().find(message.primaryType()), message.message().json(),
                    "message", meaning);
    }
    return meaning;
}

Meaning unknownMessage(const TypedMessage& message, std::string why)
{
    Meaning meaning = listedMessage(message);
    meaning.doNotUnderstand(
        {"message.typedData.unknown", Severity::Warning, "Unknown typed data", std::move(why), {}});
    return meaning;
}

}  // namespace countersign::meaning
