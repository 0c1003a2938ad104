#pragma once

#include "core/meaning/Meaning.h"
#include "core/signing/explanation/ExplainedJob.h"
#include "ui/review/content/SignedBytes.h"

#include <QList>
#include <QString>

#include <optional>

namespace countersign {

/// One line of what is signed.
struct ContentField
{
    QString name;
    QString value;
    bool resolved = false;  ///< not in the job: taken from the node
    bool code = false;      ///< an address, a hash, bytes

    bool operator==(const ContentField&) const = default;
};

/// A member of typed data.
struct ContentNode
{
    QString name;
    QString type;
    QString value;
    QList<ContentNode> children;

    /// Written out: GCC does not see that a list of an unfinished type can be compared.
    bool operator==(const ContentNode& other) const
    {
        return name == other.name && type == other.type && value == other.value && children == other.children;
    }
};

struct ContentHash
{
    QString name;
    QString value;  ///< 0x-hex, or hex for the job's id

    bool operator==(const ContentHash&) const = default;
};

/// What the review shows of a job. Pure: made of nothing but the explained job, so that every case can be
/// tested.
struct ReviewContent
{
    /// What it means; nothing where it could not even be read as what it claims to be.
    std::optional<meaning::Meaning> meaning;
    QString intent;            ///< one sentence that is true whatever is inside
    bool unreadable = false;   ///< "Countersign cannot read this" stands across the top, and intent is empty
    bool hasCritical = false;  ///< a critical finding: it takes its time, understood or not
    QString warning;           ///< why, or what to look at; may stand without unreadable
    QList<ContentField> fields;
    QString text;             ///< of a message: itself, with everything that hides made visible; or its bytes
    QList<ContentNode> tree;  ///< of typed data
    SignedBytes bytes;
    QString raw;
    QList<ContentHash> hashes;
    std::string explanationHash;  ///< JobExplanation::hash
    /// The digest is not that of what is shown: must not be approved.
    QString obstacle;

    bool operator==(const ReviewContent&) const = default;
};

/// What the review shows of a job. The document is read as signing reads it, with the values that were filled
/// in, and digest and bytes are computed once more: what is shown is what is signed, or obstacle says that it
/// is not. Takes its time: not on the GUI thread.
ReviewContent reviewContentOf(const ExplainedJob& explained);

}  // namespace countersign
