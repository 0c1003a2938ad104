#pragma once

#include "core/chain/solana/programs/DecodedInstruction.h"
#include "core/meaning/KnownLists.h"
#include "core/meaning/Meaning.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace countersign::meaning {

/// A token account of which this transaction proves whose it is.
struct ProvenTokenAccount
{
    SolanaAddress owner{};
    SolanaAddress mint{};
};

/// What instructions are read in: whose assets they move, how addresses and amounts are written, and what the
/// lists and the transaction itself tell about addresses.
class SolanaScene
{
public:
    /// chain: CAIP-2. wallet: whose assets move; nothing where that cannot be told.
    SolanaScene(const KnownLists& lists, std::string chain, const std::optional<SolanaAddress>& wallet);

    /// The scene of the instructions in a container that does nothing at once: condition stands before each
    /// effect, and owner's assets move.
    SolanaScene inside(std::string condition, const std::optional<SolanaAddress>& owner,
                       std::span<const solana::DecodedInstruction> instructions) const;

    const KnownLists& lists() const { return m_lists; }
    const std::string& chain() const { return m_chain; }
    const std::string& condition() const { return m_condition; }
    bool isWallet(const std::optional<SolanaAddress>& address) const
    {
        return address && address == m_wallet;
    }
    /// Not known in a batch of proposals: any account may then be the wallet.
    bool knowsWallet() const { return m_wallet.has_value(); }

    /// The associated token account program fails where an account is not the one that belongs to owner and
    /// mint, and with it the transaction; so whatever one of these instructions creates, or finds, is proven.
    /// Which accounts they create and which become nonce accounts is learned too.
    void learnTokenAccounts(std::span<const solana::DecodedInstruction> instructions);
    /// The wallet's own associated account of this mint, or one of those above; nothing where it is unproven.
    /// Own accounts are known of the mints that the instructions name, and of wrapped SOL. Nothing for one
    /// that is handed over.
    std::optional<ProvenTokenAccount> tokenAccount(const SolanaAddress& account,
                                                   const std::optional<SolanaAddress>& mint) const;

    /// One of these instructions makes a nonce account of it.
    bool becomesNonce(const SolanaAddress& account) const { return m_nonces.contains(account); }
    /// One of these instructions creates it with the wallet's SOL.
    bool isFunded(const SolanaAddress& account) const { return m_funded.contains(account); }
    /// One of these instructions lets somebody else than its derived owner have, or close, this token
    /// account: before or after, whatever is sent there is then not that owner's.
    bool isHandedOver(const SolanaAddress& account) const { return m_handedOver.contains(account); }
    /// One of these instructions sets it up for somebody, so that nobody else can.
    bool isSetUp(const SolanaAddress& account) const { return m_setUp.contains(account); }

    const KnownToken* token(const SolanaAddress& mint) const;
    /// What an address is that can own nothing for anybody: "the Token program", "the mint of USDC", "a
    /// sysvar"; empty for all others.
    std::string nobodyAt(const SolanaAddress& address) const;

    /// The whole address, with what is known about it behind: "EPjF… (the mint of USDC)".
    std::string named(const SolanaAddress& address) const;
    std::string named(const std::optional<SolanaAddress>& address) const;
    std::string sol(std::uint64_t lamports) const;
    std::optional<std::string> solAsset() const { return nativeAsset(m_lists, m_chain); }

private:
    void learnNewAccount(const solana::DecodedInstruction& instruction);
    void learnOwnAccounts(std::span<const solana::DecodedInstruction> instructions);
    void learnOwnAccount(const SolanaAddress& mint);
    void learnNewHolders(std::span<const solana::DecodedInstruction> instructions);
    void learnNewHolder(const solana::DecodedInstruction& instruction);

    const KnownLists& m_lists;
    std::string m_chain;
    std::optional<SolanaAddress> m_wallet;
    std::string m_condition;
    std::map<SolanaAddress, ProvenTokenAccount> m_proven;
    std::map<SolanaAddress, ProvenTokenAccount> m_own;
    std::set<SolanaAddress> m_ownMints;
    std::set<SolanaAddress> m_nonces;
    std::set<SolanaAddress> m_funded;
    std::set<SolanaAddress> m_handedOver;
    std::set<SolanaAddress> m_setUp;
};

/// "EPjF…Dt1v", for the intent alone.
std::string briefAddress(const SolanaAddress& address);
std::string briefAddress(const std::optional<SolanaAddress>& address);

/// "the Token program"; "program <address>" where it is not known here.
std::string programText(const SolanaAddress& programId);
/// Whether a new account of this program is whoever's sets it up first.
bool letsAnybodySetUp(const SolanaAddress& programId);
/// Whether the instructions of this program are read here.
bool isKnownProgram(const SolanaAddress& address);

/// The lists, and the knowledge in these files with its version.
void addSolanaSources(const KnownLists& lists, Meaning& meaning);

}  // namespace countersign::meaning
