#pragma once

#include "core/base/StoredCause.h"

namespace countersign {

/// Every cause that a delivery's verdict or its quarantine can have, those of jobs included. Rows keep its
/// code (StoredCause), so that what is a year old is read in today's words and language. What is refused for
/// what a parser or a trust check says (a job's document, a submitter's row) keeps that sentence instead.
enum class DeliveryCause {
    // the verdict alone
    Stale,
    Taken,           ///< the event was taken before
    TakenByAnother,  ///< by another delivery, while this one waited
    WaitsAlready,
    NoEffect,
    NotActedUpon,  ///< an entry of another kind
    Dropped,
    KnownJob,
    // quarantine
    UnknownShareForm,
    NoKey,
    ReusedId,
    OtherAddress,
    NoSecret,
    WrongSignature,
    UnreadableEntry,
    UnreadableBody,
    OtherEnvironment,
    NoEnvelope,
    OtherEnvelope,
    BrokenSignature,  ///< argument: the submitter whose key it names
    UnknownSubmitter,
    NamelessWithdrawal,
    UnknownWithdrawn,
    NotItsSubmitter,
    UnreadableStatement,
    ForgedStatement,
    UnknownOperator,
    UnknownStated,     ///< about a job that is not here
    OtherInboxFreeze,  ///< said to the desks of another inbox
    OlderFreeze,       ///< from before this profile
};

/// As a row keeps it.
std::string stored(DeliveryCause cause, std::vector<std::string> arguments = {});
/// What a row keeps, in words; a sentence, also one of an unknown code, as it is.
std::string shownDeliveryCause(const std::string& stored);
/// The other way round, for whoever filters by what is shown: every text that a row may hold for it.
std::vector<std::string> storedDeliveryCauses(const std::string& shown);

}  // namespace countersign
