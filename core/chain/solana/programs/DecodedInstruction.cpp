#include "core/chain/solana/programs/DecodedInstruction.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/solana/programs/ProgramDecoder.h"

#include <algorithm>

namespace countersign::solana {

namespace {

template <typename... Lambdas>
struct Overloaded : Lambdas...
{
    using Lambdas::operator()...;
};
template <typename... Lambdas>
Overloaded(Lambdas...) -> Overloaded<Lambdas...>;

Json jsonOf(const FieldValue& value)
{
    return std::visit(Overloaded{
                          [](bool truth) { return Json(truth); },
                          [](std::uint64_t number) { return Json(std::to_string(number)); },
                          [](std::int64_t number) { return Json(std::to_string(number)); },
                          [](const std::string& text) { return Json(text); },
                          [](const SolanaAddress& address) { return Json(toText(address)); },
                          [](const Bytes& bytes) { return Json(toHexPrefixed(bytes)); },
                      },
                      value);
}

/// The element of an array, which grows to have it. Elements of a list are given in their order.
Json& elementOf(Json& array, std::size_t index)
{
    while (array.size() <= index) {
        array.push_back(nullptr);
    }
    return array[index];
}

/// Where the field "members[1].permissions" stands: {"members": [{…}, {"permissions": …}]}. Decoders write
/// these names, never the data.
Json& placeOf(Json& fields, std::string_view name)
{
    Json* place = &fields;
    while (!name.empty()) {
        const std::size_t end = std::min(name.find_first_of(".["), name.size());
        place = &(*place)[std::string(name.substr(0, end))];
        name.remove_prefix(end);
        while (name.starts_with('[')) {
            name.remove_prefix(1);
            std::size_t index = 0;
            for (; !name.empty() && name.front() != ']'; name.remove_prefix(1)) {
                index = index * 10 + static_cast<std::size_t>(name.front() - '0');
            }
            place = &elementOf(*place, index);
            name.remove_prefix(std::min<std::size_t>(1, name.size()));
        }
        name.remove_prefix(name.starts_with('.') ? 1 : 0);
    }
    return *place;
}

Json accountsJson(const DecodedInstruction& instruction)
{
    Json accounts = Json::array();
    for (const InstructionAccount& account : instruction.accounts) {
        Json& entry = accounts.emplace_back(
            Json{{"address", account.address ? Json(toText(*account.address)) : Json(nullptr)},
                 {"signer", account.signs},
                 {"writable", account.writes}});
        if (!account.role.empty()) {
            entry["role"] = account.role;
        }
    }
    return accounts;
}

Json textOrNull(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace

const FieldValue* DecodedInstruction::field(std::string_view wanted) const
{
    const auto found = std::ranges::find(fields, wanted, &InstructionField::name);
    return found == fields.end() ? nullptr : &found->value;
}

std::optional<std::uint64_t> DecodedInstruction::number(std::string_view wanted) const
{
    const FieldValue* value = field(wanted);
    const auto* number = value == nullptr ? nullptr : std::get_if<std::uint64_t>(value);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<SolanaAddress> DecodedInstruction::account(std::string_view role) const
{
    const auto found = std::ranges::find_if(accounts, [role](const InstructionAccount& account) {
        return account.role == role && account.address.has_value();
    });
    return found == accounts.end() ? std::nullopt : found->address;
}

std::vector<DecodedInstruction> decodeInstructions(const SolanaMessage& message)
{
    std::vector<DecodedInstruction> decoded;
    for (const SolanaInstruction& instruction : message.instructions) {
        std::vector<InstructionAccount> accounts;
        for (const std::uint8_t index : instruction.accounts) {
            accounts.push_back(
                {index, message.addressOf(index), message.isSigner(index), message.isWritable(index), {}});
        }
        // parseMessage lets no program be a looked-up account; a message made otherwise is not trusted to.
        const auto programId = message.addressOf(instruction.programIdIndex);
        if (programId) {
            decoded.push_back(
                decodeInstruction(*programId, std::move(accounts), instruction.data, 0, decoded.size()));
        } else {
            DecodedInstruction unread;
            unread.accounts = std::move(accounts);
            unread.data = instruction.data;
            unread.error = "the program is not among the message's own keys";
            decoded.push_back(std::move(unread));
        }
    }
    return decoded;
}

Json toJson(const DecodedInstruction& instruction)
{
    Json json = {{"program", textOrNull(instruction.program)},
                 {"programId", toText(instruction.programId)},
                 {"name", textOrNull(instruction.name)},
                 {"accounts", accountsJson(instruction)},
                 {"fields", Json::object()}};
    for (const InstructionField& field : instruction.fields) {
        placeOf(json["fields"], field.name) = jsonOf(field.value);
    }
    if (!instruction.isRead()) {
        json["data"] = toBase64(instruction.data);
        json["error"] = instruction.error;
    }
    if (!instruction.inner.empty()) {
        json["inner"] = Json::array();
        for (const DecodedInstruction& inner : instruction.inner) {
            json["inner"].push_back(toJson(inner));
        }
    }
    return json;
}

}  // namespace countersign::solana
