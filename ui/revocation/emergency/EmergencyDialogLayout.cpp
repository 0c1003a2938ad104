#include "ui/revocation/emergency/EmergencyDialog.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QButtonGroup>
#include <QDateTime>
#include <QDir>
#include <QVBoxLayout>

// What the emergency stop's window is made of.

namespace countersign {

namespace {
/// At most three bytes of UTF-8 each.
constexpr int mostEmergencyReason = static_cast<int>(RevocationRequest::mostReasonBytes) / 3;
}  // namespace

void EmergencyDialog::build()
{
    setWindowTitle(tr("Emergency stop"));
    setSizeGripEnabled(true);
    setMinimumSize(640, 480);
    m_body = new QStackedWidget(this);
    m_body->addWidget(buildQuestion());
    m_body->addWidget(buildCourse());
    m_stop = new QPushButton(this);
    m_stop->setProperty("role", QStringLiteral("danger"));
    m_close = new QPushButton(tr("Cancel"), this);
    for (QPushButton* button : {m_stop, m_close}) {
        button->setAutoDefault(false);
        button->setDefault(false);
    }
    auto* buttons = new QHBoxLayout;
    m_hint = mutedLabel({}, this);
    m_hint->setWordWrap(true);
    buttons->setSpacing(12);
    buttons->addWidget(m_stop);
    buttons->addWidget(m_hint, 1);
    buttons->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_body, 1);
    layout->addLayout(buttons);
    resize(760, 520);
}

QWidget* EmergencyDialog::buildQuestion()
{
    auto* question = new QWidget(this);
    auto* sentence = mutedLabel(tr("Something is wrong and signing has to stop. What is frozen can be lifted "
                                   "again; a delegation that "
                                   "is revoked can only be given anew by its owner."),
                                question);
    sentence->setWordWrap(true);
    m_obstacle = plainLabel({}, question);
    m_obstacle->setProperty("role", QStringLiteral("warning"));
    m_obstacle->setWordWrap(true);
    m_obstacle->setVisible(!m_parts.freeze.isAvailable());
    m_obstacle->setText(m_parts.freeze.obstacle());
    m_inputs = buildInputs(question);
    m_panel = new ReauthenticationPanel(m_parts.reauthentication, m_parts.clock, question);
    auto* layout = new QVBoxLayout(question);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(plainLabel(tr("Emergency stop"), question, Theme::font(1.25, QFont::DemiBold)));
    layout->addWidget(sentence);
    layout->addWidget(m_obstacle);
    layout->addWidget(m_inputs);
    layout->addSpacing(4);
    layout->addWidget(m_panel);
    layout->addStretch(1);
    setChosen({});
    return question;
}

QWidget* EmergencyDialog::buildInputs(QWidget* question)
{
    auto* inputs = new QWidget(question);
    auto* layout = new QVBoxLayout(inputs);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* group = new QButtonGroup(inputs);
    for (QRadioButton*& choice : m_choices) {
        choice = new QRadioButton(inputs);
        group->addButton(choice);
        layout->addWidget(choice);
        connect(choice, &QRadioButton::clicked, this, &EmergencyDialog::countDelegations);
    }
    m_choices[0]->setText(tr("Freeze signing here, and revoke nothing"));
    m_choices[0]->setEnabled(m_parts.freeze.isAvailable());
    m_choices[2]->setText(m_parts.freeze.isAvailable()
                              ? tr("Freeze signing here, and revoke everything that is not over")
                              : tr("Revoke everything that is not over"));
    m_everywhere = new QCheckBox(tr("Tell every desk of this inbox to freeze, too"), inputs);
    m_everywhere->setToolTip(
        tr("Signed with the key of this desk's operator. Each desk follows that "
           "registered it, and somebody lifts the freeze at each."));
    m_everywhere->setEnabled(m_parts.freeze.isAvailable());
    layout->addWidget(m_everywhere);
    m_reason = new QLineEdit(inputs);
    m_reason->setMaxLength(mostEmergencyReason);
    m_reason->setPlaceholderText(tr("Goes into the record and into the proof"));
    m_reason->setAccessibleName(tr("Reason"));
    const QString stamp =
        QDateTime::fromMSecsSinceEpoch(m_parts.clock.now()).toUTC().toString(QStringLiteral("yyyyMMdd-HHmm"));
    m_file =
        new QLineEdit(QDir::home().filePath(QStringLiteral("emergency-stop-%1.json").arg(stamp)), inputs);
    m_file->setAccessibleName(tr("File for the proof"));
    auto* browse = new QPushButton(tr("Choose …"), inputs);
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, &EmergencyDialog::chooseFile);
    auto* file = new QHBoxLayout;
    file->setSpacing(8);
    file->addWidget(m_file, 1);
    file->addWidget(browse);
    layout->addSpacing(4);
    layout->addWidget(sectionLabel(tr("Reason"), inputs));
    layout->addWidget(m_reason);
    layout->addWidget(sectionLabel(tr("The proof of what is revoked goes to"), inputs));
    layout->addLayout(file);
    return inputs;
}

QWidget* EmergencyDialog::buildCourse()
{
    auto* course = new QWidget(this);
    m_steps = new StateRows(course);
    m_progress = new RevocationProgress(m_parts.revocations, m_parts.clock, course);
    m_progress->hide();
    auto* layout = new QVBoxLayout(course);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(plainLabel(tr("Emergency stop"), course, Theme::font(1.25, QFont::DemiBold)));
    layout->addWidget(m_steps);
    layout->addWidget(m_progress, 1);
    layout->addStretch(0);
    return course;
}

}  // namespace countersign
