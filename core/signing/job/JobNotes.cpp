#include "core/signing/job/JobNotes.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct JobNotesText
{
    Q_DECLARE_TR_FUNCTIONS(JobNotesText)
};

struct JobNoteRow
{
    JobNote note;
    std::string_view code;  ///< in rows of every profile: never changes
    const char* words;
};

constexpr std::array jobNoteRows = {
    JobNoteRow{JobNote::EarlierSignature, "job.earlierSignature",
               QT_TRANSLATE_NOOP("JobNotesText", "earlier signature %1")},
    JobNoteRow{JobNote::EarlierSignatureAndHash, "job.earlierSignatureAndHash",
               QT_TRANSLATE_NOOP("JobNotesText", "earlier signature %1, hash %2")},
    JobNoteRow{JobNote::EndedBeforeSigning, "job.endedBeforeSigning",
               QT_TRANSLATE_NOOP("JobNotesText", "The program ended before anything was signed.")},
    JobNoteRow{
        JobNote::ApprovalTooOld, "job.approvalTooOld",
        QT_TRANSLATE_NOOP("JobNotesText",
                          "The program ended before the ceremony began; the approval was too long ago.")},
    JobNoteRow{JobNote::Withdrawn, "job.withdrawn",
               QT_TRANSLATE_NOOP("JobNotesText", "Withdrawn by its submitter.")},
    JobNoteRow{JobNote::ApprovedByRule, "job.approvedByRule",
               QT_TRANSLATE_NOOP("JobNotesText",
                                 "Approved by the policy's rule “%1”, with %2 approvals of operators.")},
};

}  // namespace

std::string stored(JobNote note, std::vector<std::string> arguments)
{
    const auto row = std::ranges::find(jobNoteRows, note, &JobNoteRow::note);
    return StoredCause{std::string(row->code), std::move(arguments)}.text();
}

std::string shownJobNote(const std::string& stored)
{
    const auto cause = StoredCause::parse(stored);
    if (!cause) {
        return stored;
    }
    const auto row = std::ranges::find(jobNoteRows, cause->code, &JobNoteRow::code);
    return row == jobNoteRows.end()
               ? stored
               : causeSentence(JobNotesText::tr(row->words), cause->arguments).toStdString();
}

}  // namespace countersign
