#include "core/chain/solana/message/LegacyMessage.h"

#include <algorithm>

namespace countersign::solana {

namespace {

/// Who uses what, in the order of the first use.
class AccountList
{
public:
    void use(const SolanaAccountUse& use)
    {
        const auto known =
            std::ranges::find(m_uses, use.address, [](const SolanaAccountUse& one) { return one.address; });
        if (known == m_uses.end()) {
            m_uses.push_back(use);
            return;
        }
        known->signs = known->signs || use.signs;
        known->writes = known->writes || use.writes;
    }

    /// Into the order that the message's header can describe.
    void arrange()
    {
        const auto rank = [](const SolanaAccountUse& use) {
            return use.signs ? (use.writes ? 0 : 1) : (use.writes ? 2 : 3);
        };
        std::ranges::stable_sort(m_uses, {}, rank);
    }

    std::uint8_t indexOf(const SolanaAddress& address) const
    {
        const auto found =
            std::ranges::find(m_uses, address, [](const SolanaAccountUse& one) { return one.address; });
        return static_cast<std::uint8_t>(found - m_uses.begin());
    }

    std::uint8_t count(bool (*counts)(const SolanaAccountUse&)) const
    {
        return static_cast<std::uint8_t>(std::ranges::count_if(m_uses, counts));
    }

    const std::vector<SolanaAccountUse>& uses() const { return m_uses; }

private:
    std::vector<SolanaAccountUse> m_uses;
};

AccountList accountListOf(const SolanaAddress& payer, std::span<const SolanaCall> calls)
{
    AccountList accounts;
    accounts.use({payer, true, true});
    for (const SolanaCall& call : calls) {
        accounts.use({call.program, false, false});
        for (const SolanaAccountUse& use : call.accounts) {
            accounts.use(use);
        }
    }
    accounts.arrange();
    return accounts;
}

}  // namespace

Result<SolanaMessage> legacyMessage(const SolanaAddress& payer, std::span<const SolanaCall> calls)
{
    const AccountList accounts = accountListOf(payer, calls);
    SolanaMessage message;
    message.requiredSignatures = accounts.count([](const SolanaAccountUse& use) { return use.signs; });
    message.readonlySigned =
        accounts.count([](const SolanaAccountUse& use) { return use.signs && !use.writes; });
    message.readonlyUnsigned =
        accounts.count([](const SolanaAccountUse& use) { return !use.signs && !use.writes; });
    for (const SolanaAccountUse& use : accounts.uses()) {
        message.accountKeys.push_back(use.address);
    }
    for (const SolanaCall& call : calls) {
        SolanaInstruction instruction;
        instruction.programIdIndex = accounts.indexOf(call.program);
        for (const SolanaAccountUse& use : call.accounts) {
            instruction.accounts.push_back(accounts.indexOf(use.address));
        }
        instruction.data = call.data;
        message.instructions.push_back(std::move(instruction));
    }
    // Read back, so that nothing is composed that nobody would take. Whatever does not fit the numbers above
    // (more than 255 accounts) is far too long as well.
    return parseMessage(serialize(message));
}

}  // namespace countersign::solana
