#include "core/meaning/evm/calls/InnerCalls.h"

namespace countersign::meaning {

void InnerCalls::add(EvmCall call)
{
    add(std::move(call), "[" + std::to_string(m_intents.size()) + "]");
}

void InnerCalls::add(EvmCall call, std::string_view place)
{
    if (m_intents.size() == 1) {
        m_reading.journal.noteBatch();
    }
    if (m_intents.size() <= maxCalls) {
        m_intents.push_back(m_reading.inner(std::move(call), m_argument, place));
    }
}

std::string InnerCalls::intent(const std::string& where) const
{
    return where + ": " + joinedIntents(m_intents);
}

}  // namespace countersign::meaning
