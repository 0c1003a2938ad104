#include "ui/settings/SettingRow.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int rowNameWidth = 150;
}

SettingRow::SettingRow(const QString& key, const QString& name, const QString& sentence,
                       SettingsControl& control, QWidget* parent, Shape shape)
    : QWidget(parent), m_key(key), m_control(control)
{
    QWidget* editor = nullptr;
    if (shape == Shape::Line) {
        editor = m_line = new QLineEdit(this);
        m_line->setMaxLength(2048);
        connect(m_line, &QLineEdit::textChanged, this, &SettingRow::updateControls);
        connect(m_line, &QLineEdit::returnPressed, this, &SettingRow::save);
    } else {
        editor = m_lines = new QPlainTextEdit(this);
        m_lines->setFont(Theme::monospace(0.92));
        m_lines->setTabChangesFocus(true);
        m_lines->setFixedHeight(84);
        connect(m_lines, &QPlainTextEdit::textChanged, this, &SettingRow::updateControls);
    }
    editor->setAccessibleName(name);
    QLabel* label = plainLabel(name, this);
    label->setFixedWidth(rowNameWidth);
    label->setBuddy(editor);
    m_save = new QPushButton(tr("Save"), this);
    m_save->setAccessibleName(tr("Save %1").arg(name));
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_warning = plainLabel({}, this);
    m_warning->setProperty("role", QStringLiteral("warning"));
    QLabel* meaning = mutedLabel(sentence, this);

    auto* field = new QHBoxLayout;
    field->setSpacing(12);
    field->addWidget(label, 0, shape == Shape::Line ? Qt::AlignVCenter : Qt::AlignTop);
    field->addWidget(editor, 1);
    field->addWidget(m_save, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setContentsMargins(rowNameWidth + 12, 0, 0, 0);
    words->setSpacing(2);
    for (QLabel* line : {meaning, m_warning, m_problem}) {
        line->setWordWrap(true);
        line->setVisible(!line->text().isEmpty());
        words->addWidget(line);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(field);
    layout->addLayout(words);
    connect(m_save, &QPushButton::clicked, this, &SettingRow::save);
    updateControls();
}

QString SettingRow::text() const
{
    return m_line != nullptr ? m_line->text().trimmed() : m_lines->toPlainText().trimmed();
}

void SettingRow::setText(const QString& text)
{
    if (m_line != nullptr) {
        m_line->setText(text);
    } else {
        m_lines->setPlainText(text);
    }
}

void SettingRow::setPlaceholder(const QString& text)
{
    if (m_line != nullptr) {
        m_line->setPlaceholderText(text);
    } else {
        m_lines->setPlaceholderText(text);
    }
}

void SettingRow::setWarner(std::function<QString(const QString&)> warner)
{
    m_warner = std::move(warner);
    updateControls();
}

void SettingRow::showValue(const QString& value)
{
    const bool untouched = text() == m_stored.trimmed();
    m_stored = value;
    if (untouched) {
        setText(value);
    }
    updateControls();
}

void SettingRow::allow(bool ready)
{
    m_ready = ready;
    updateControls();
}

void SettingRow::save()
{
    if (!m_save->isEnabled()) {
        return;
    }
    m_saving = true;
    const QString value = text();
    m_control.set(this, m_key, value, [this, value](const Status& status) {
        m_saving = false;
        m_problem->setText(status ? QString() : status.error().sentence);
        if (status) {
            m_stored = value;
        }
        updateControls();
    });
    updateControls();
}

void SettingRow::updateControls()
{
    const bool differs = text() != m_stored.trimmed();
    m_save->setEnabled(differs && m_ready && !m_saving);
    m_save->setVisible(differs);
    if (!differs) {
        m_problem->clear();
    }
    m_problem->setVisible(!m_problem->text().isEmpty());
    m_warning->setText(m_warner ? m_warner(text()) : QString());
    m_warning->setVisible(!m_warning->text().isEmpty());
}

}  // namespace countersign
