#include "core/meaning/evm/calls/InnerCalls.h"

#include "core/meaning/evm/rules/ContainerRules.h"

namespace countersign::meaning {

InnerCalls::InnerCalls(CallReading& reading, std::size_t argument) : m_reading(reading), m_argument(argument)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress& container = reading.call.to;
    const bool isListed = scene.contract(container) != nullptr || scene.token(container) != nullptr;
    if (!isListed && !scene.isPayer(container)) {
        reading.meaning.findings.push_back(unlistedContainer(scene, container));
    }
}

void InnerCalls::add(EvmCall call)
{
    add(std::move(call), "[" + std::to_string(m_intents.size()) + "]");
}

void InnerCalls::add(EvmCall call, std::string_view place)
{
    if (m_intents.size() == 1) {
        m_reading.journal.noteBatch();
    }
    if (m_reading.journal.isOver()) {
        m_reading.meaning.understood = false;
    } else if (m_intents.size() <= maxCalls) {
        m_intents.push_back(m_reading.inner(std::move(call), m_argument, place));
    }
}

std::string InnerCalls::intent(const std::string& where) const
{
    return where + ": " + joinedIntents(m_intents);
}

}  // namespace countersign::meaning
