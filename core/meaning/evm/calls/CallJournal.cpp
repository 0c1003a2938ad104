#include "core/meaning/evm/calls/CallJournal.h"

#include <algorithm>

namespace countersign::meaning {

bool CallJournal::enter(const EvmCall& call)
{
    m_recipients.push_back(call.to);
    return ++m_calls <= maxCalls;
}

void CallJournal::note(GivenApproval approval)
{
    approval.call = m_recipients.size();
    const auto isSame = [&](const GivenApproval& other) {
        return other.token == approval.token && other.owner == approval.owner &&
               other.spender == approval.spender;
    };
    const auto known = std::ranges::find_if(m_approvals, isSame);
    if (known != m_approvals.end()) {
        *known = approval;
    } else {
        m_approvals.push_back(approval);
    }
}

bool CallJournal::isUsed(const GivenApproval& approval) const
{
    const auto later = m_recipients.begin() + static_cast<std::ptrdiff_t>(approval.call);
    return std::find(later, m_recipients.end(), approval.spender) != m_recipients.end();
}

std::vector<GivenApproval> CallJournal::leftOver() const
{
    std::vector<GivenApproval> found;
    for (const GivenApproval& approval : m_approvals) {
        if (m_isBatch && approval.isGiven && (approval.isUnlimited || !isUsed(approval))) {
            found.push_back(approval);
        }
    }
    return found;
}

}  // namespace countersign::meaning
