#include "ui/pages/record/RecordHealth.h"

#include "ui/text/TimeText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

namespace {

std::vector<std::int64_t> numbersOf(const std::vector<AuditRow>& rows)
{
    std::vector<std::int64_t> numbers;
    for (const AuditRow& row : rows) {
        numbers.push_back(row.seq);
    }
    return numbers;
}

QString localizedCount(std::int64_t number)
{
    return QLocale().toString(static_cast<qlonglong>(number));
}

}  // namespace

RecordHealth::RecordHealth(RecordControl& record, const Clock& clock, QWidget* parent)
    : QFrame(parent), m_record(record), m_clock(clock)
{
    setObjectName(QStringLiteral("card"));
    m_chip = new ChipLabel(this);
    m_sentence = plainLabel({}, this);
    m_sentence->setWordWrap(true);
    m_outside = mutedLabel({}, this);
    m_outside->setWordWrap(true);
    m_strip = new RecordStrip(this);
    m_strip->setAccessibleName(tr("The record's checkpoints"));
    m_progress = new QProgressBar(this);
    m_progress->setMaximumHeight(14);
    m_progress->setAccessibleName(tr("Progress"));
    m_stop = new QPushButton(tr("Stop"), this);
    connect(m_stop, &QPushButton::clicked, &m_record, &RecordControl::cancel);

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_chip, 0, Qt::AlignTop);
    head->addWidget(m_sentence, 1);
    head->addWidget(m_progress, 1);
    head->addWidget(m_stop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addWidget(m_strip);
    layout->addWidget(m_outside);
    connect(&m_record, &RecordControl::checked, this, &RecordHealth::showAll);
    connect(&m_record, &RecordControl::rollbackChanged, this, &RecordHealth::showAll);
    connect(&m_record, &RecordControl::busyChanged, this, &RecordHealth::showAll);
    connect(&m_record, &RecordControl::progressed, this, &RecordHealth::showAll);
    showAll();
}

void RecordHealth::setMarks(const AuditCatalog::Marks& marks)
{
    m_marks = marks;
    showAll();
}

StateText RecordHealth::state() const
{
    const auto& check = m_record.lastCheck();
    if (!m_record.rollback().rollback.isEmpty()) {
        return {tr("Rolled back"), QStringLiteral("error"), Tone::Bad, {}, {}};
    }
    if (!check) {
        return {tr("Not checked yet"), QStringLiteral("question"), Tone::Neutral, {}, {}};
    }
    return check->report.intact ? StateText{tr("Intact"), QStringLiteral("check"), Tone::Good, {}, {}}
                                : StateText{tr("Damaged"), QStringLiteral("error"), Tone::Bad, {}, {}};
}

QString RecordHealth::checkpointSentence() const
{
    if (m_marks.checkpoints.empty()) {
        return tr(
            "There is no checkpoint yet. Make one and keep it elsewhere: it tells if somebody puts an older "
            "copy of the profile in its place.");
    }
    const AuditRow& newest = m_marks.checkpoints.front();
    const std::int64_t since = m_marks.entries - newest.seq;
    return since == 0 ? tr("The newest checkpoint, made %1, holds the whole record.")
                            .arg(relativeTime(newest.at, m_clock.now()))
                      : tr("%1 entries came after the newest checkpoint, which was made %2.")
                            .arg(localizedCount(since), relativeTime(newest.at, m_clock.now()));
}

QString RecordHealth::counterSentence() const
{
    const RollbackState& rollback = m_record.rollback();
    if (!rollback.isKnown) {
        return {};
    }
    if (!rollback.obstacle.isEmpty()) {
        return rollback.obstacle;
    }
    return rollback.isCounterKept ? tr("The keychain's counter follows it.")
                                  : tr("This profile uses no keychain, so only checkpoints tell a rollback.");
}

void RecordHealth::showAll()
{
    const auto& check = m_record.lastCheck();
    const bool isBusy = m_record.isBusy();
    const StateText shown = state();
    m_chip->setState(shown);
    m_progress->setVisible(isBusy);
    m_stop->setVisible(isBusy);
    m_sentence->setVisible(!isBusy);
    if (isBusy) {
        m_progress->setRange(0, static_cast<int>(std::min<std::int64_t>(m_marks.entries, 2'000'000'000)));
        m_progress->setValue(static_cast<int>(std::min<std::int64_t>(m_record.progress(), 2'000'000'000)));
        m_progress->setFormat(
            tr("%1 of %2 entries").arg(localizedCount(m_record.progress()), localizedCount(m_marks.entries)));
    }
    if (!m_record.rollback().rollback.isEmpty()) {
        m_sentence->setText(m_record.rollback().rollback);
    } else if (!check) {
        m_sentence->setText(
            tr("Whether the record is whole was not looked at since the profile was opened."));
    } else {
        m_sentence->setText(
            check->report.intact
                ? tr("All %1 entries follow one another up to the seal. Checked %2.")
                      .arg(localizedCount(check->report.entries), relativeTime(check->at, m_clock.now()))
                : check->report.finding);
    }
    m_outside->setText((checkpointSentence() + u' ' + counterSentence()).trimmed());
    m_strip->setVisible(m_marks.entries > 0);
    m_strip->setContent({m_marks.entries, numbersOf(m_marks.checkpoints), numbersOf(m_marks.reseals),
                         shown.tone == Tone::Neutral ? Tone::Info : shown.tone,
                         check ? check->report.firstBadSeq : 0, check ? check->report.entries : 0});
}

}  // namespace countersign
