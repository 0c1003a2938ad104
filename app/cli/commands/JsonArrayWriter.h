#pragma once

#include "app/cli/Terminal.h"

namespace countersign {

/// Why this class exists: 100,000 wallets are one JSON array on standard output, but never one in memory.
class JsonArrayWriter
{
public:
    explicit JsonArrayWriter(Terminal& terminal) : m_terminal(terminal) {}

    void add(const Json& element)
    {
        m_terminal.write(asBytes((m_isEmpty ? "[" : ",\n ") + dumpJson(element)));
        m_isEmpty = false;
    }
    void end() { m_terminal.write(asBytes(m_isEmpty ? "[]\n" : "]\n")); }

private:
    Terminal& m_terminal;
    bool m_isEmpty = true;
};

}  // namespace countersign
