#include "core/meaning/descriptors/display/DescriptorVisibility.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

bool isSame(const Operand& operand, const Operand& wanted)
{
    const auto number = operand.asNumber();
    if (operand.kind == AbiType::Kind::String) {
        return wanted.kind == AbiType::Kind::String && operand.bytes == wanted.bytes;
    }
    if (operand.kind == AbiType::Kind::Bool) {
        return operand.asText() == wanted.asText();
    }
    if (operand.isInteger()) {
        return operand.asText() == wanted.asText() || (number && number == wanted.asNumber());
    }
    // Bytes and addresses: the same bytes, however their letters are written.
    return sameAddress(operand.asText(), wanted.asText()) ||
           std::ranges::equal(operand.asText(), wanted.asText(), [](char a, char b) {
               const auto lower = [](char c) {
                   return c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c;
               };
               return lower(a) == lower(b);
           });
}

bool isIn(const Json& list, const Operand& operand, const DescriptorScope& scope)
{
    const auto matches = [&](const Json& entry) {
        const auto wanted = scope.constant(entry);
        return wanted && isSame(operand, *wanted);
    };
    return list.is_array() ? std::ranges::any_of(list, matches) : matches(list);
}

}  // namespace

std::optional<Visibility> visibilityOf(const Json& field, const Operand& operand,
                                       const DescriptorScope& scope)
{
    static constexpr std::array<const char*, 2> matching{"mustMatch", "mustBe"};
    static constexpr std::array<const char*, 2> excepting{"ifNotIn", "notIn"};
    const Json* rule = memberOf(&field, "visible");
    if (rule == nullptr || *rule == Json("always") || *rule == Json("optional")) {
        return Visibility::Shown;
    }
    if (*rule == Json("never")) {
        return Visibility::Hidden;
    }
    if (!rule->is_object() || rule->size() != 1) {
        return std::nullopt;
    }
    for (const char* name : matching) {
        if (const Json* list = memberOf(rule, name)) {
            return isIn(*list, operand, scope) ? Visibility::Matches : Visibility::Differs;
        }
    }
    for (const char* name : excepting) {
        if (const Json* list = memberOf(rule, name)) {
            return isIn(*list, operand, scope) ? Visibility::Known : Visibility::Shown;
        }
    }
    return std::nullopt;
}

}  // namespace countersign::meaning
