#include "ui/review/approval/ApprovalPanel.h"

#include "core/base/encoding/Hex.h"
#include "ui/approvals/StandingText.h"
#include "ui/text/OperatorText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

namespace {

QPushButton* quietButton(const QString& text, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    // Enter must never decide anything that was not read.
    made->setAutoDefault(false);
    return made;
}

}  // namespace

ApprovalPanel::ApprovalPanel(Reauthentication& reauthentication, const Clock& clock, QWidget* parent)
    : QFrame(parent)
{
    setProperty("role", QStringLiteral("card"));  // ui/theme/StyleSheet.cpp
    build(reauthentication, clock);
    connect(m_word, &QLineEdit::textChanged, this, &ApprovalPanel::changed);
    connect(m_again, &ReauthenticationPanel::changed, this, &ApprovalPanel::changed);
    connect(m_takeBack, &QPushButton::clicked, this, &ApprovalPanel::takeBackWanted);
    connect(m_handOver, &QPushButton::clicked, this, &ApprovalPanel::handOverWanted);
    connect(m_details, &QPushButton::clicked, this, &ApprovalPanel::detailsWanted);
    show(nullptr, {});
    update(StandingControls());
}

QString ApprovalPanel::word() const
{
    constexpr std::size_t digits = 8;
    return m_standing ? QString::fromStdString(toHex(m_standing->digest).substr(0, digits)) : QString();
}

void ApprovalPanel::build(Reauthentication& reauthentication, const Clock& clock)
{
    m_state = new ChipLabel(this);
    m_sentence = plainLabel({}, this);
    m_sentence->setWordWrap(true);
    m_details = quietButton(tr("Who said what"), this);
    m_details->setProperty("role", QStringLiteral("flat"));
    m_takeBack = quietButton(tr("&Take back"), this);
    m_comment = new QLineEdit(this);
    m_comment->setMaxLength(500);
    m_comment->setPlaceholderText(tr("A comment for the other operators, if you like"));
    m_comment->setAccessibleName(tr("Comment for the other operators"));
    m_friction = new QWidget(this);
    m_wordPart = new QWidget(m_friction);
    m_word = new QLineEdit(m_wordPart);
    m_word->setMaxLength(40);
    m_word->setFixedWidth(160);
    m_wordPrompt = sectionLabel({}, m_wordPart);
    m_again = new ReauthenticationPanel(reauthentication, clock, m_friction);
    auto* wordRow = new QVBoxLayout(m_wordPart);
    wordRow->setContentsMargins(0, 0, 0, 0);
    wordRow->setSpacing(4);
    wordRow->addWidget(m_wordPrompt);
    wordRow->addWidget(m_word);
    wordRow->addStretch(1);
    auto* friction = new QHBoxLayout(m_friction);
    friction->setContentsMargins(0, 0, 0, 0);
    friction->setSpacing(24);
    friction->addWidget(m_wordPart);
    friction->addWidget(m_again, 1);
    m_outcome = mutedLabel({}, this);
    m_outcome->setWordWrap(true);
    m_handOver = quietButton(tr("Hand over …"), this);
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(m_state);
    head->addWidget(m_sentence, 1);
    head->addWidget(m_details, 0, Qt::AlignTop);
    head->addWidget(m_takeBack, 0, Qt::AlignTop);
    auto* outcome = new QHBoxLayout;
    outcome->setSpacing(10);
    outcome->addWidget(m_outcome, 1);
    outcome->addWidget(m_handOver, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addWidget(m_friction);
    layout->addWidget(m_comment);
    layout->addLayout(outcome);
    setOutcome({}, true);
}

void ApprovalPanel::show(const JobStanding* standing, const QString& problem)
{
    m_standing = standing == nullptr ? std::nullopt : std::optional(*standing);
    m_problem = problem;
    m_state->setVisible(m_standing.has_value());
    if (m_standing) {
        m_state->setState(standingText(*m_standing));
        // Read off, so that it was looked at once more; the tab Hashes has all of it.
        m_wordPrompt->setText(tr("Type what is signed: %1 …").arg(word()));
        m_word->setAccessibleName(m_wordPrompt->text());
    }
}

QString ApprovalPanel::sentenceFor(StandingControls::Sentence kind) const
{
    using Sentence = StandingControls::Sentence;
    switch (kind) {
        case Sentence::Reading:
            return tr("What the policy asks for is being found out …");
        case Sentence::Failed:
            return tr("What the policy asks for cannot be told, so nothing can be approved. %1")
                .arg(m_problem);
        case Sentence::Blocked:
            return m_standing ? decisionText(m_standing->judged.decision) : QString();
        case Sentence::Rejected:
            return tr("An operator rejected this job: it is not signed any more.");
        case Sentence::Others:
        case Sentence::None:
            break;
    }
    if (!m_standing) {
        return {};
    }
    const QString count = tr("Approvals %1.").arg(countText(m_standing->count));
    if (!m_standing->isByOperators()) {
        const QString enough = tr("Approving here is enough.");
        return m_standing->count.have == 0 ? enough : enough + u' ' + count;
    }
    if (kind == Sentence::Others) {
        return tr("%1 Others are missing. %2").arg(count, mayApproveText(*m_standing));
    }
    return m_standing->count.need > 1 ? count + u' ' + mayApproveText(*m_standing) : count;
}

void ApprovalPanel::update(const StandingControls& controls)
{
    const bool asksWord = m_standing && m_standing->judged.decision.approvals.typedWord;
    const bool asksWho = m_standing && m_standing->judged.decision.approvals.reauthenticate;
    m_sentence->setText(sentenceFor(controls.sentence));
    const bool isBad = controls.sentence == StandingControls::Sentence::Failed ||
                       controls.sentence == StandingControls::Sentence::Blocked ||
                       controls.sentence == StandingControls::Sentence::Rejected;
    setRole(m_sentence, isBad ? QStringLiteral("bad") : QString());
    m_details->setVisible(m_standing.has_value());
    m_friction->setVisible(controls.isFrictionShown && (asksWord || asksWho));
    m_wordPart->setVisible(asksWord);
    m_again->setVisible(asksWho);
    m_comment->setVisible(controls.isCommentShown);
    m_takeBack->setVisible(controls.isTakeBackShown);
    m_takeBack->setEnabled(controls.isTakeBackEnabled);
}

void ApprovalPanel::setOutcome(const QString& words, bool isHandedOver)
{
    m_outcome->setText(words);
    m_outcome->setVisible(!words.isEmpty());
    m_handOver->setVisible(!words.isEmpty() && !isHandedOver);
}

void ApprovalPanel::forgetFriction()
{
    m_word->clear();
}

bool ApprovalPanel::isWordMissing() const
{
    return m_standing && m_standing->judged.decision.approvals.typedWord && typedWord() != word();
}

bool ApprovalPanel::isReauthenticationMissing() const
{
    return m_standing && m_standing->judged.decision.approvals.reauthenticate && !m_isGranted &&
           !m_again->isGiven();
}

void ApprovalPanel::obtain(std::function<void()> granted)
{
    if (m_standing && m_standing->judged.decision.approvals.reauthenticate) {
        m_again->obtain([this, granted = std::move(granted)](const Reauthentication::Grant&) {
            m_isGranted = true;
            granted();
            m_isGranted = false;
        });
        return;
    }
    granted();
}

}  // namespace countersign
