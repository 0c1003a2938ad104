#include "app/cli/Invocation.h"

#include <utility>

namespace countersign::cli {

void Invocation::finish(ExitStatus status)
{
    if (const Ending ending = std::exchange(m_ending, nullptr)) {
        return ending([this, status] { m_finished(status); });
    }
    m_finished(status);
}

void Invocation::finish(const Json& output, ExitStatus status)
{
    m_terminal.print(output);
    finish(status);
}

void Invocation::fail(const Error& error)
{
    m_terminal.message(error);
    finish(exitStatusFor(error.code));
}

void Invocation::usage(const QString& sentence)
{
    m_terminal.message(sentence);
    finish(ExitStatus::Usage);
}

}  // namespace countersign::cli
