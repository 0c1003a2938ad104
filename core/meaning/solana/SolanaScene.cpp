#include "core/meaning/solana/SolanaScene.h"

#include "core/base/encoding/Hex.h"
#include "core/chain/solana/programs/ProgramDecoder.h"
#include "core/chain/solana/spl/SplPrograms.h"
#include "core/crypto/primitives/Sha256.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

/// Changes with what instructions and messages mean to the console.
constexpr std::string_view solanaKnowledgeVersion = "Solana instructions and messages, version 1";

constexpr std::string_view unresolved = "an account that only a lookup table knows";

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> programNames = {{
    {"system", "the System program"},
    {"stake", "the Stake program"},
    {"vote", "the Vote program"},
    {"computeBudget", "the Compute Budget program"},
    {"bpfLoaderDeprecated", "the first BPF loader"},
    {"bpfLoader", "the second BPF loader"},
    {"bpfLoaderUpgradeable", "the upgradeable BPF loader"},
    {"loaderV4", "loader 4"},
    {"addressLookupTable", "the Address Lookup Table program"},
    {"token", "the Token program"},
    {"token2022", "the Token-2022 program"},
    {"associatedToken", "the Associated Token Account program"},
    {"memo", "the Memo program"},
    {"ed25519", "the Ed25519 program"},
    {"secp256k1", "the Secp256k1 program"},
    {"secp256r1", "the Secp256r1 program"},
    {"squads", "the Squads program"},
}};

struct SpecialAddress
{
    std::string_view address;
    std::string_view what;
};

/// Solana documentation, "Sysvars"; solana-sdk-ids.
constexpr std::array specialAddresses = {
    SpecialAddress{"SysvarC1ock11111111111111111111111111111111", "a sysvar"},
    SpecialAddress{"SysvarRent111111111111111111111111111111111", "a sysvar"},
    SpecialAddress{"SysvarRecentB1ockHashes11111111111111111111", "a sysvar"},
    SpecialAddress{"SysvarS1otHashes111111111111111111111111111", "a sysvar"},
    SpecialAddress{"SysvarS1otHistory11111111111111111111111111", "a sysvar"},
    SpecialAddress{"SysvarStakeHistory1111111111111111111111111", "a sysvar"},
    SpecialAddress{"SysvarEpochSchedu1e111111111111111111111111", "a sysvar"},
    SpecialAddress{"SysvarEpochRewards1111111111111111111111111", "a sysvar"},
    SpecialAddress{"SysvarLastRestartS1ot1111111111111111111111", "a sysvar"},
    SpecialAddress{"Sysvar1nstructions1111111111111111111111111", "a sysvar"},
    SpecialAddress{"StakeConfig11111111111111111111111111111111", "the stake configuration"},
    SpecialAddress{"NativeLoader1111111111111111111111111111111", "the native loader"},
    SpecialAddress{"1nc1nerator11111111111111111111111111111111", "the incinerator, which destroys it"},
};

/// The decoder's name; empty where it has none.
std::string decoderName(const SolanaAddress& address)
{
    return solana::decodeInstruction(address, {}, {}).program;
}

std::optional<std::pair<SolanaAddress, ProvenTokenAccount>> provenBy(
    const solana::DecodedInstruction& instruction)
{
    if (instruction.program != "associatedToken" || !instruction.name.starts_with("create")) {
        return std::nullopt;
    }
    const auto account = instruction.account("associatedToken");
    const auto owner = instruction.account("owner");
    const auto mint = instruction.account("mint");
    const auto tokens = instruction.account("tokenProgram");
    const auto program = tokens ? solana::splProgramAt(*tokens) : std::nullopt;
    if (!account || !owner || !mint || !program) {
        return std::nullopt;
    }
    const auto derived = solana::associatedTokenAccount(*owner, *program, *mint);
    return derived && *derived == *account
               ? std::optional(std::pair(*account, ProvenTokenAccount{*owner, *mint}))
               : std::nullopt;
}

/// Who gets the power to take what a token account holds; nobody where an instruction gives no such power.
/// The right to close an account is one over wrapped SOL.
struct NewHolder
{
    bool isGiven = false;
    std::optional<SolanaAddress> address;
};

NewHolder newHolderOf(const solana::DecodedInstruction& instruction)
{
    const auto addressIn = [&instruction](std::string_view name) {
        const solana::FieldValue* value = instruction.field(name);
        const auto* address = value == nullptr ? nullptr : std::get_if<SolanaAddress>(value);
        return address == nullptr ? std::nullopt : std::optional(*address);
    };
    if (instruction.name == "setAuthority") {
        const solana::FieldValue* type = instruction.field("authorityType");
        const auto newAuthority = addressIn("newAuthority");
        const bool isOwner = type != nullptr && *type == solana::FieldValue(std::string("accountOwner"));
        const bool isCloser = type != nullptr && *type == solana::FieldValue(std::string("closeAccount"));
        return {isOwner || (isCloser && newAuthority), newAuthority};
    }
    if (instruction.name.starts_with("initializeAccount")) {
        const auto owner = addressIn("owner");
        return {true, owner ? owner : instruction.account("owner")};
    }
    return {};
}

/// What gives a new account its holder. None of these asks for the account's own signature, so that whoever
/// comes first has it.
struct SettingUp
{
    std::string_view program;
    std::string_view instruction;
    std::string_view role;
};

constexpr std::array settingsUp = {
    SettingUp{"stake", "initialize", "stake"},
    SettingUp{"stake", "initializeChecked", "stake"},
    SettingUp{"stake", "split", "splitStake"},
    SettingUp{"vote", "initializeAccount", "vote"},
    SettingUp{"vote", "initializeAccountV2", "vote"},
    SettingUp{"token", "initializeAccount", "account"},
    SettingUp{"token", "initializeAccount2", "account"},
    SettingUp{"token", "initializeAccount3", "account"},
    SettingUp{"token", "initializeMint", "mint"},
    SettingUp{"token", "initializeMint2", "mint"},
    SettingUp{"token", "initializeMultisig", "account"},
    SettingUp{"token", "initializeMultisig2", "account"},
    SettingUp{"bpfLoaderUpgradeable", "initializeBuffer", "buffer"},
    SettingUp{"bpfLoaderUpgradeable", "deployWithMaxDataLen", "program"},
};

}  // namespace

SolanaScene::SolanaScene(const KnownLists& lists, std::string chain,
                         const std::optional<SolanaAddress>& wallet)
    : m_lists(lists), m_chain(std::move(chain)), m_wallet(wallet)
{}

SolanaScene SolanaScene::inside(std::string condition, const std::optional<SolanaAddress>& owner,
                                std::span<const solana::DecodedInstruction> instructions) const
{
    SolanaScene scene(m_lists, m_chain, owner);
    scene.m_condition = m_condition + condition;
    // They are carried out together, later: they prove something to each other, and nothing around them does.
    scene.learnTokenAccounts(instructions);
    return scene;
}

void SolanaScene::learnTokenAccounts(std::span<const solana::DecodedInstruction> instructions)
{
    for (const solana::DecodedInstruction& instruction : instructions) {
        if (const auto proven = provenBy(instruction)) {
            m_proven.insert(*proven);
        }
        learnNewAccount(instruction);
    }
    learnOwnAccounts(instructions);
    learnNewHolders(instructions);
}

void SolanaScene::learnNewHolders(std::span<const solana::DecodedInstruction> instructions)
{
    for (const solana::DecodedInstruction& instruction : instructions) {
        learnNewHolder(instruction);
        if (instruction.program != "squads") {  // what a vault does happens later
            learnNewHolders(instruction.inner);
        }
    }
}

void SolanaScene::learnNewHolder(const solana::DecodedInstruction& instruction)
{
    const std::string program = instruction.program == "token2022" ? "token" : instruction.program;
    for (const SettingUp& known : settingsUp) {
        const auto created = instruction.account(known.role);
        if (known.program == program && known.instruction == instruction.name && created) {
            m_setUp.insert(*created);
        }
    }
    const auto account = instruction.account("account");
    if (program != "token" || !account) {
        return;
    }
    const NewHolder holder = newHolderOf(instruction);
    const auto proven = m_proven.find(*account);
    const auto own = m_own.find(*account);
    const bool isRightful = (proven != m_proven.end() && proven->second.owner == holder.address) ||
                            (own != m_own.end() && own->second.owner == holder.address);
    if (holder.isGiven && !isRightful && !isWallet(holder.address)) {
        m_handedOver.insert(*account);
    }
}

void SolanaScene::learnNewAccount(const solana::DecodedInstruction& instruction)
{
    if (instruction.program != "system") {
        return;
    }
    const auto nonce = instruction.account("nonce");
    if (nonce && instruction.name == "initializeNonceAccount") {
        m_nonces.insert(*nonce);
    }
    const auto created = instruction.account("newAccount");
    if (created && isWallet(instruction.account("from"))) {
        m_funded.insert(*created);
    }
}

void SolanaScene::learnOwnAccounts(std::span<const solana::DecodedInstruction> instructions)
{
    static const SolanaAddress wrappedSol =
        *parseSolanaAddress("So11111111111111111111111111111111111111112");
    learnOwnAccount(wrappedSol);
    for (const solana::DecodedInstruction& instruction : instructions) {
        if (const auto mint = instruction.account("mint")) {
            learnOwnAccount(*mint);
        }
        if (instruction.program != "squads") {  // what a vault does is learned with the vault
            learnOwnAccounts(instruction.inner);
        }
    }
}

void SolanaScene::learnOwnAccount(const SolanaAddress& mint)
{
    if (!m_wallet || !m_ownMints.insert(mint).second) {
        return;
    }
    for (const SplProgram program : {SplProgram::Token, SplProgram::Token2022}) {
        if (const auto account = solana::associatedTokenAccount(*m_wallet, program, mint)) {
            m_own.insert({*account, ProvenTokenAccount{*m_wallet, mint}});
        }
    }
}

std::optional<ProvenTokenAccount> SolanaScene::tokenAccount(const SolanaAddress& account,
                                                            const std::optional<SolanaAddress>& mint) const
{
    if (isHandedOver(account)) {
        return std::nullopt;
    }
    if (const auto found = m_proven.find(account); found != m_proven.end()) {
        return found->second;
    }
    const auto own = m_own.find(account);
    return own != m_own.end() && own->second.mint == mint ? std::optional(own->second) : std::nullopt;
}

const KnownToken* SolanaScene::token(const SolanaAddress& mint) const
{
    return m_lists.token(m_chain, toText(mint));
}

std::string SolanaScene::nobodyAt(const SolanaAddress& address) const
{
    if (isKnownProgram(address)) {
        return programText(address);
    }
    if (const KnownToken* known = token(address)) {
        return "the mint of " + known->symbol;
    }
    const std::string text = toText(address);
    if (const KnownContract* contract = m_lists.contract(m_chain, text)) {
        return contract->name;
    }
    const auto found = std::ranges::find(specialAddresses, text, &SpecialAddress::address);
    return found == specialAddresses.end() ? std::string() : std::string(found->what);
}

std::string SolanaScene::named(const SolanaAddress& address) const
{
    if (isWallet(address)) {
        return toText(address) + (m_condition.empty() ? " (the wallet)" : " (the vault)");
    }
    const std::string what = nobodyAt(address);
    return what.empty() ? toText(address) : toText(address) + " (" + what + ")";
}

std::string SolanaScene::named(const std::optional<SolanaAddress>& address) const
{
    return address ? named(*address) : std::string(unresolved);
}

std::string SolanaScene::sol(std::uint64_t lamports) const
{
    return nativeAmount(m_lists, m_chain, lamports);
}

std::string briefAddress(const SolanaAddress& address)
{
    constexpr std::size_t shown = 4;
    const std::string text = toText(address);
    return text.substr(0, shown) + "…" + text.substr(text.size() - shown);
}

std::string briefAddress(const std::optional<SolanaAddress>& address)
{
    return address ? briefAddress(*address) : std::string(unresolved);
}

std::string programText(const SolanaAddress& programId)
{
    const std::string name = decoderName(programId);
    const auto found =
        std::ranges::find(programNames, name, &std::pair<std::string_view, std::string_view>::first);
    return found == programNames.end() ? "program " + toText(programId) : std::string(found->second);
}

bool letsAnybodySetUp(const SolanaAddress& programId)
{
    const std::string name = decoderName(programId);
    const std::string program = name == "token2022" ? "token" : name;
    return std::ranges::find(settingsUp, program, &SettingUp::program) != settingsUp.end();
}

bool isKnownProgram(const SolanaAddress& address)
{
    return !decoderName(address).empty();
}

void addSolanaSources(const KnownLists& lists, Meaning& meaning)
{
    const std::vector<Source>& known = lists.sources();
    meaning.sources.insert(meaning.sources.end(), known.begin(), known.end());
    meaning.sources.push_back({Source::Kind::Builtin, std::string(solanaKnowledgeVersion),
                               toHex(sha256(asBytes(solanaKnowledgeVersion)))});
}

}  // namespace countersign::meaning
