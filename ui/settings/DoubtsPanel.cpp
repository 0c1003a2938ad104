#include "ui/settings/DoubtsPanel.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QPushButton>

namespace countersign {

namespace {
constexpr qsizetype shownCharacters = 200;
}

DoubtsPanel::DoubtsPanel(SettingsControl& control, QWidget* parent) : QFrame(parent), m_control(control)
{
    setProperty("role", QStringLiteral("card"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(10);
    layout->addWidget(
        plainLabel(tr("Changed outside Countersign"), this, Theme::font(1.25, QFont::DemiBold)));
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(8);
    layout->addLayout(m_rows);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    layout->addWidget(m_problem);
    connect(&m_control, &SettingsControl::trustChanged, this, &DoubtsPanel::build);
    connect(&m_control, &SettingsControl::readyChanged, this, &DoubtsPanel::build);
    build();
}

void DoubtsPanel::show(const SettingsData& stored)
{
    m_stored = stored;
    build();
}

void DoubtsPanel::build()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    const SettingsTrust& trust = m_control.trust();
    if (!trust.problem.isEmpty()) {
        QLabel* words = plainLabel(trust.problem, this);
        words->setProperty("role", QStringLiteral("bad"));
        words->setWordWrap(true);
        m_rows->addWidget(words);
    }
    for (const TrustFinding& finding : trust.findings) {
        addRow(finding);
    }
    setVisible(!trust.isGood());
}

void DoubtsPanel::addRow(const TrustFinding& finding)
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    const QString key = QString::fromStdString(finding.key);
    const bool isSetting = finding.table == trustedTables::setting;
    const QString value = isSetting ? m_stored.value(key) : QString();
    QString text = finding.sentence();
    if (!value.isEmpty()) {
        text += u'\n' + tr("It is now: %1").arg(visibleText(value.left(shownCharacters).toStdString()));
    }
    QLabel* words = plainLabel(text, row);
    words->setProperty("role", QStringLiteral("bad"));
    words->setWordWrap(true);
    layout->addWidget(words, 1);
    if (isSetting) {
        auto* keep = new QPushButton(value.isEmpty() ? tr("Leave it out") : tr("It is right"), row);
        keep->setAccessibleName(value.isEmpty() ? tr("Leave %1 out").arg(key)
                                                : tr("The value of %1 is right").arg(key));
        keep->setEnabled(m_control.isReady());
        connect(keep, &QPushButton::clicked, this, [this, key, value] {
            m_control.set(this, key, value, [this](const Status& status) {
                m_problem->setText(status ? QString() : status.error().sentence);
                m_problem->setVisible(!status);
            });
        });
        layout->addWidget(keep, 0, Qt::AlignTop);
    }
    m_rows->addWidget(row);
}

}  // namespace countersign
