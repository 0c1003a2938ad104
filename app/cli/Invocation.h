#pragma once

#include "app/cli/ExitStatus.h"
#include "app/cli/Terminal.h"
#include "app/cli/input/Arguments.h"

#include <functional>

namespace countersign::cli {

/// One run of one command: what it was given, where it writes, and how it ends. Commands whose work needs the
/// event loop keep a reference and finish later; main() outlives them.
class Invocation
{
public:
    using Finished = std::function<void(ExitStatus)>;

    Invocation(Arguments arguments, Terminal& terminal, Finished finished)
        : m_arguments(std::move(arguments)), m_terminal(terminal), m_finished(std::move(finished))
    {}

    const Arguments& arguments() const { return m_arguments; }
    Terminal& terminal() { return m_terminal; }

    void finish(ExitStatus status = ExitStatus::Done);
    /// Prints and finishes.
    void finish(const Json& output, ExitStatus status = ExitStatus::Done);
    /// The sentence on standard error and the status of its code.
    void fail(const Error& error);
    /// The command line is wrong in a way that only the command can know.
    void usage(const QString& sentence);

    /// What has to happen between the command's end and the program's; it calls what it is given, once.
    using Ending = std::function<void(std::function<void()>)>;
    void setEnding(Ending ending) { m_ending = std::move(ending); }

private:
    Arguments m_arguments;
    Terminal& m_terminal;
    Finished m_finished;
    Ending m_ending;
};

}  // namespace countersign::cli
