#pragma once

#include "app/cli/CommandTable.h"
#include "app/cli/ProfileSession.h"
#include "core/audit/witness/AuditCheckpoint.h"

namespace countersign::cli {

/// The `audit` commands about files that leave the profile: exports and checkpoints, signed with the desk's
/// key.
class AuditFileCommands
{
public:
    static void addTo(CommandTable& table);

    /// `audit verify --export F --desk-key HEX [--checkpoint F]`; needs no profile.
    static void verifyExport(Invocation& invocation);
    /// The checkpoint of --checkpoint, which has to be of this profile and signed with its desk key (or that
    /// of --desk-key). Nothing is made or written.
    static Result<AuditCheckpoint> checkpointOf(Invocation& invocation, ProfileSession& session);

    static OptionSpec checkpointSpec();
    static OptionSpec exportSpec();

private:
    static void exportLines(Invocation& invocation);
    static void checkpoint(Invocation& invocation);
};

Json checkpointJson(const AuditCheckpoint& checkpoint);

}  // namespace countersign::cli
