#include "core/chain/solana/programs/InstructionLayout.h"
#include "core/chain/solana/programs/squads/SquadsMessage.h"
#include "core/crypto/primitives/Sha256.h"

#include <algorithm>
#include <array>
#include <cctype>

// Squads v4 (Squads-Protocol/v4, programs/squads_multisig_program: lib.rs, instructions, state). A multisig's
// members propose, approve and carry out; what a vault is to carry out stands in the proposal and is opened
// here. An Anchor program: the tag are the first 8 bytes of SHA-256 over "global:" and the instruction's
// name, the values are Borsh.

namespace countersign::solana {

namespace {

constexpr std::size_t squadsTagBytes = 8;
constexpr std::array<std::string_view, 7> actionTypes = {
    "addMember",        "removeMember",        "changeThreshold", "setTimeLock",
    "addSpendingLimit", "removeSpendingLimit", "setRentCollector"};
constexpr std::array<std::string_view, 4> periods = {"oneTime", "day", "week", "month"};
/// Bits 1, 2 and 4 are initiate, vote and execute; the program refuses others.
constexpr std::array<std::string_view, 8> permissions = {
    "none",    "initiate",          "vote",          "initiate, vote",
    "execute", "initiate, execute", "vote, execute", "initiate, vote, execute"};
constexpr std::string_view messageField = "transactionMessage";

void readMemo(FieldReader& fields)
{
    fields.optional("memo", &FieldReader::borshText);
}

void readMember(FieldReader& fields, const std::string& name)
{
    fields.address(name + ".key").choice(name + ".permissions", fields.reader().u8(), permissions);
}

void readSpendingLimit(FieldReader& fields, const std::string& prefix)
{
    fields.address(prefix + "createKey").u8(prefix + "vaultIndex").address(prefix + "mint");
    fields.u64(prefix + "amount").choice(prefix + "period", fields.reader().u8(), periods);
    fields.list(prefix + "members", fields.reader().u32(), &FieldReader::address);
    fields.list(prefix + "destinations", fields.reader().u32(), &FieldReader::address);
}

void readAction(FieldReader& fields, const std::string& name)
{
    using ReadAction = void (*)(FieldReader&, const std::string& prefix);
    // In the order of actionTypes.
    static constexpr std::array<ReadAction, actionTypes.size()> readers = {
        [](FieldReader& action, const std::string& prefix) { readMember(action, prefix + "newMember"); },
        [](FieldReader& action, const std::string& prefix) { action.address(prefix + "oldMember"); },
        [](FieldReader& action, const std::string& prefix) { action.u16(prefix + "newThreshold"); },
        [](FieldReader& action, const std::string& prefix) { action.u32(prefix + "newTimeLock"); },
        readSpendingLimit,
        [](FieldReader& action, const std::string& prefix) { action.address(prefix + "spendingLimit"); },
        [](FieldReader& action, const std::string& prefix) {
            action.optional(prefix + "newRentCollector", &FieldReader::address);
        },
    };
    const std::uint8_t type = fields.reader().u8();
    fields.choice(name + ".type", type, actionTypes);
    if (type < readers.size()) {
        readers.at(type)(fields, name + '.');
    }
}

void readActions(FieldReader& fields)
{
    const std::uint32_t count = fields.reader().u32();
    if (count == 0) {
        fields.reader().refuse();  // as the program does
    }
    fields.list("actions", count, readAction);
    readMemo(fields);
}

void readMultisig(FieldReader& fields)
{
    fields.optional("configAuthority", &FieldReader::address).u16("threshold");
    fields.list("members", fields.reader().u32(), readMember);
    fields.u32("timeLock").optional("rentCollector", &FieldReader::address);
    readMemo(fields);
}

void readVaultTransaction(FieldReader& fields)
{
    fields.u8("vaultIndex").u8("ephemeralSigners").borshBytes(std::string(messageField));
    readMemo(fields);
}

void readBuffer(FieldReader& fields)
{
    fields.u8("bufferIndex").u8("vaultIndex").bytes("finalBufferHash", 32).u16("finalBufferSize");
    fields.borshBytes("buffer");
}

struct SquadsLayout
{
    std::string_view name;  ///< as the program's source spells it
    RoleWords roles;
    void (*read)(FieldReader& fields) = nullptr;
};

constexpr RoleWords configAccounts = "multisig configAuthority rentPayer systemProgram";
constexpr RoleWords voteAccounts = "multisig member proposal";

// multisig_create is missing: the program refuses it since version 2.
constexpr std::array squadsLayouts = {
    SquadsLayout{"program_config_init", "programConfig initializer systemProgram",
                 [](FieldReader& fields) {
                     fields.address("authority").u64("multisigCreationFee").address("treasury");
                 }},
    SquadsLayout{"program_config_set_authority", "programConfig authority",
                 [](FieldReader& fields) { fields.address("newAuthority"); }},
    SquadsLayout{"program_config_set_multisig_creation_fee", "programConfig authority",
                 [](FieldReader& fields) { fields.u64("newMultisigCreationFee"); }},
    SquadsLayout{"program_config_set_treasury", "programConfig authority",
                 [](FieldReader& fields) { fields.address("newTreasury"); }},
    SquadsLayout{"multisig_create_v2", "programConfig treasury multisig createKey creator systemProgram",
                 readMultisig},
    SquadsLayout{"multisig_add_member", configAccounts,
                 [](FieldReader& fields) {
                     readMember(fields, "newMember");
                     readMemo(fields);
                 }},
    SquadsLayout{"multisig_remove_member", configAccounts,
                 [](FieldReader& fields) { readMemo(fields.address("oldMember")); }},
    SquadsLayout{"multisig_set_time_lock", configAccounts,
                 [](FieldReader& fields) { readMemo(fields.u32("timeLock")); }},
    SquadsLayout{"multisig_change_threshold", configAccounts,
                 [](FieldReader& fields) { readMemo(fields.u16("newThreshold")); }},
    SquadsLayout{"multisig_set_config_authority", configAccounts,
                 [](FieldReader& fields) { readMemo(fields.address("configAuthority")); }},
    SquadsLayout{
        "multisig_set_rent_collector", configAccounts,
        [](FieldReader& fields) { readMemo(fields.optional("rentCollector", &FieldReader::address)); }},
    SquadsLayout{"multisig_add_spending_limit",
                 "multisig configAuthority spendingLimit rentPayer systemProgram",
                 [](FieldReader& fields) {
                     readSpendingLimit(fields, {});
                     readMemo(fields);
                 }},
    SquadsLayout{"multisig_remove_spending_limit", "multisig configAuthority spendingLimit rentCollector",
                 readMemo},
    SquadsLayout{"config_transaction_create", "multisig transaction creator rentPayer systemProgram",
                 readActions},
    SquadsLayout{"config_transaction_execute",
                 "multisig member proposal transaction rentPayer systemProgram"},
    SquadsLayout{"vault_transaction_create", "multisig transaction creator rentPayer systemProgram",
                 readVaultTransaction},
    SquadsLayout{"transaction_buffer_create", "multisig transactionBuffer creator rentPayer systemProgram",
                 readBuffer},
    SquadsLayout{"transaction_buffer_close", "multisig transactionBuffer creator"},
    SquadsLayout{"transaction_buffer_extend", "multisig transactionBuffer creator",
                 [](FieldReader& fields) { fields.borshBytes("buffer"); }},
    SquadsLayout{"vault_transaction_create_from_buffer",
                 "multisig transaction creator rentPayer systemProgram transactionBuffer creator",
                 readVaultTransaction},
    SquadsLayout{"vault_transaction_execute", "multisig proposal transaction member"},
    SquadsLayout{"batch_create", "multisig batch creator rentPayer systemProgram",
                 [](FieldReader& fields) { readMemo(fields.u8("vaultIndex")); }},
    SquadsLayout{
        "batch_add_transaction", "multisig proposal batch transaction member rentPayer systemProgram",
        [](FieldReader& fields) { fields.u8("ephemeralSigners").borshBytes(std::string(messageField)); }},
    SquadsLayout{"batch_execute_transaction", "multisig member proposal batch transaction"},
    SquadsLayout{"proposal_create", "multisig proposal creator rentPayer systemProgram",
                 [](FieldReader& fields) { fields.u64("transactionIndex").boolean("draft"); }},
    SquadsLayout{"proposal_activate", voteAccounts},
    SquadsLayout{"proposal_approve", voteAccounts, readMemo},
    SquadsLayout{"proposal_reject", voteAccounts, readMemo},
    SquadsLayout{"proposal_cancel", voteAccounts, readMemo},
    SquadsLayout{"proposal_cancel_v2", "multisig member proposal systemProgram", readMemo},
    SquadsLayout{"spending_limit_use",
                 "multisig member spendingLimit vault destination systemProgram mint vaultTokenAccount "
                 "destinationTokenAccount tokenProgram",
                 [](FieldReader& fields) { readMemo(fields.u64("amount").u8("decimals")); }},
    SquadsLayout{"config_transaction_accounts_close",
                 "multisig proposal transaction rentCollector systemProgram"},
    SquadsLayout{"vault_transaction_accounts_close",
                 "multisig proposal transaction rentCollector systemProgram"},
    SquadsLayout{"vault_batch_transaction_account_close",
                 "multisig proposal batch transaction rentCollector systemProgram"},
    SquadsLayout{"batch_accounts_close", "multisig proposal batch rentCollector systemProgram"},
};

using SquadsTag = std::array<std::uint8_t, squadsTagBytes>;

SquadsTag tagOf(std::string_view name)
{
    const Sha256Digest digest = sha256(asBytes("global:" + std::string(name)));
    SquadsTag tag{};
    std::copy_n(digest.begin(), tag.size(), tag.begin());
    return tag;
}

const SquadsLayout* squadsLayoutOf(BytesView tag)
{
    static const auto tags = [] {
        std::array<SquadsTag, squadsLayouts.size()> made{};
        std::ranges::transform(squadsLayouts, made.begin(),
                               [](const SquadsLayout& layout) { return tagOf(layout.name); });
        return made;
    }();
    const auto found =
        std::ranges::find_if(tags, [tag](const SquadsTag& known) { return std::ranges::equal(known, tag); });
    return found == tags.end() ? nullptr : &squadsLayouts.at(std::size_t(found - tags.begin()));
}

/// "proposal_cancel_v2" is proposalCancelV2.
std::string camelCase(std::string_view name)
{
    std::string camel;
    bool isNewWord = false;
    for (const char letter : name) {
        if (letter != '_') {
            camel += isNewWord ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
        }
        isNewWord = letter == '_';
    }
    return camel;
}

/// Anchor has the program's own address stand for an account that is left out.
void dropAbsentAccounts(const RawInstruction& instruction, std::vector<std::string>& roles)
{
    static const SolanaAddress squads = *parseSolanaAddress("SQDS4ep65T869zMMBKyuUq6aD6EgTu8psMjkvj52pCf");
    for (std::size_t i = 0; i < roles.size(); ++i) {
        if (instruction.accounts[i].address == squads) {
            roles[i].clear();
        }
    }
}

void listLookups(const SquadsMessage& message, std::vector<InstructionField>& fields)
{
    for (std::size_t i = 0; i < message.lookups.size(); ++i) {
        const std::string name = "addressTableLookups[" + std::to_string(i) + "].";
        fields.push_back({name + "accountKey", message.lookups[i].table});
        fields.push_back({name + "writableIndexes", message.lookups[i].writable});
        fields.push_back({name + "readonlyIndexes", message.lookups[i].readonly});
    }
}

/// The message's instructions instead of its bytes. One that comes from a buffer is not there: the program
/// wants an empty one in its place.
Status openMessage(ReadInstruction& read, int depth)
{
    const auto field = std::ranges::find(read.fields, messageField, &InstructionField::name);
    if (field == read.fields.end()) {
        return {};
    }
    const Bytes bytes = std::get<Bytes>(field->value);
    read.fields.erase(field);
    if (read.name == "vaultTransactionCreateFromBuffer") {
        const bool isEmpty = bytes == Bytes(6, 0);
        return isEmpty ? Status() : unreadable("there is a message besides the one in the buffer");
    }
    ASSIGN_OR_RETURN(const SquadsMessage message, parseSquadsMessage(bytes));
    listLookups(message, read.fields);
    read.inner = decodeInstructions(message, depth + 1);
    return {};
}

}  // namespace

Result<ReadInstruction> decodeSquads(const RawInstruction& instruction)
{
    FieldReader fields(instruction.data);
    const SquadsLayout* layout = squadsLayoutOf(fields.reader().bytes(squadsTagBytes));
    if (layout == nullptr) {
        return unreadable("the program has no such instruction, or it is not known here");
    }
    const std::string name = camelCase(layout->name);
    ASSIGN_OR_RETURN(ReadInstruction read,
                     readByLayout({0, name, layout->roles, layout->read}, instruction, std::move(fields)));
    dropAbsentAccounts(instruction, read.roles);
    RETURN_IF_ERROR(openMessage(read, instruction.depth));
    return read;
}

}  // namespace countersign::solana
