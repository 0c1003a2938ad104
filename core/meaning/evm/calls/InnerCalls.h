#pragma once

#include "core/meaning/evm/calls/CallReading.h"

namespace countersign::meaning {

/// The calls of a container, one after the other: reads each, adds what it means to the container's reading
/// and gathers their intents.
class InnerCalls
{
public:
    /// argument: the one that holds the calls; its elements are named "[0]", "[1]", …
    /// Adds evm.container.unlisted where it is for a contract that the lists do not know and that is not the
    /// payer itself.
    InnerCalls(CallReading& reading, std::size_t argument);

    void add(EvmCall call);
    /// The same with a place of its own, ".callData" for instance.
    void add(EvmCall call, std::string_view place);

    std::size_t size() const { return m_intents.size(); }
    /// "At 0x7099…79C8: Send …; Let …". Of no use where a part is not understood.
    std::string intent(const std::string& where) const;

private:
    CallReading& m_reading;
    std::size_t m_argument;
    std::vector<InnerIntent> m_intents;
};

}  // namespace countersign::meaning
