#pragma once

#include "core/meaning/Knowledge.h"
#include "core/meaning/evm/EvmCall.h"

#include <vector>

namespace countersign::meaning {

/// Calls that are read of one transaction, those in containers included; more are not understood.
inline constexpr std::size_t maxCalls = 500;

/// An allowance that a call gives. The last one of the same three addresses counts.
struct GivenApproval
{
    EvmAddress token{};
    EvmAddress owner{};
    EvmAddress spender{};
    bool isGiven = false;      ///< false: taken back
    bool isUnlimited = false;  ///< or for all: spending does not use it up
    std::size_t call = 0;      ///< number of the call that gave it
};

/// What the calls of one transaction have in common while they are read: what may be drawn on, how many there
/// were, and the allowances that one call gives and another one uses or takes back.
class CallJournal
{
public:
    explicit CallJournal(const Knowledge& knowledge) : m_knowledge(knowledge) {}

    const Knowledge& knowledge() const { return m_knowledge; }

    /// Notes that a call begins. False when there were maxCalls before it.
    bool enter(const EvmCall& call);
    /// More calls than maxCalls have begun: the whole is not understood, and further ones need no reading.
    bool isOver() const { return m_calls > maxCalls; }
    /// Notes that a container holds more than one call.
    void noteBatch() { m_isBatch = true; }
    /// Notes an allowance of the call that was entered last.
    void note(GivenApproval approval);
    /// Notes which contract a call spends as, where that is not its recipient.
    void noteSpender(const EvmAddress& spender) { m_recipients.push_back(spender); }

    /// Allowances of a batch that no later call takes back or can have used up. Nothing outside of batches.
    std::vector<GivenApproval> leftOver() const;

private:
    bool isUsed(const GivenApproval& approval) const;

    const Knowledge& m_knowledge;
    std::vector<EvmAddress> m_recipients;  ///< of all calls, in order
    std::size_t m_calls = 0;
    std::vector<GivenApproval> m_approvals;
    bool m_isBatch = false;
};

}  // namespace countersign::meaning
