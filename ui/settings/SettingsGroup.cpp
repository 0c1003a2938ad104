#include "ui/settings/SettingsGroup.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QAbstractButton>

namespace countersign {

SettingsGroup::SettingsGroup(const QString& title, const QString& sentence, SettingsControl& control,
                             QWidget* parent)
    : QFrame(parent), m_control(control)
{
    setProperty("role", QStringLiteral("card"));
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_rows = new QVBoxLayout(this);
    m_rows->setContentsMargins(16, 12, 16, 12);
    m_rows->setSpacing(10);
    m_rows->addWidget(plainLabel(title, this, Theme::font(1.25, QFont::DemiBold)));
    if (!sentence.isEmpty()) {
        QLabel* words = mutedLabel(sentence, this);
        words->setWordWrap(true);
        m_rows->addWidget(words);
    }
    m_rows->addWidget(m_problem);
    connect(&m_control, &SettingsControl::readyChanged, this, [this] { allowNow(); });
}

bool SettingsGroup::matches(const QString& text) const
{
    const QString wanted = text.trimmed();
    if (wanted.isEmpty()) {
        return true;
    }
    for (const QWidget* widget : findChildren<QWidget*>()) {
        const auto* label = qobject_cast<const QLabel*>(widget);
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const QString words = (label != nullptr ? label->text() : QString()) + u' ' +
                              (button != nullptr ? button->text() : QString()) + u' ' +
                              widget->accessibleName();
        if (words.contains(wanted, Qt::CaseInsensitive)) {
            return true;
        }
    }
    return false;
}

Callback<void> SettingsGroup::answered(std::function<void()> succeeded)
{
    return [this, succeeded = std::move(succeeded)](const Status& status) {
        setProblem(status ? QString() : status.error().sentence);
        if (status && succeeded) {
            succeeded();
        }
    };
}

void SettingsGroup::setProblem(const QString& sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

}  // namespace countersign
