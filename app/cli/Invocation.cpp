#include "app/cli/Invocation.h"

namespace countersign::cli {

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
