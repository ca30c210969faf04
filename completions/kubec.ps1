# powershell completion for kubec
# Load it with: kubec completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName kubec -ScriptBlock {
    param($Typed, $Line, $Cursor)

    # The words up to the cursor; nothing of the line is evaluated.
    $Words = @(foreach ($Element in $Line.CommandElements) {
        $Start = $Element.Extent.StartOffset
        if ($Start -ge $Cursor) { break }
        if ($Element.Value -is [string] -and $Element.Extent.EndOffset -le $Cursor) { $Element.Value }
        else { $Element.Extent.Text.Substring(0, [Math]::Min($Element.Extent.Text.Length, $Cursor - $Start)) }
    })
    if (-not $Typed) {
        # Before 7.3 an empty argument does not reach a program.
        $Words += if ($PSVersionTable.PSVersion -lt [version]'7.3.0' -or $PSNativeCommandArgumentPassing -eq 'Legacy') { '""' } else { '' }
    }
    # A program that is called by its path is the one that answers.
    $Program = if ($Words[0] -match '[/\\]') { $Words[0] } else { 'kubec' }
    $Rest = @($Words | Select-Object -Skip 1)
    $Answer = @(& $Program __complete @Rest 2>$null)
    if ($LASTEXITCODE -or -not $Answer) { return }
    $Directive = [int]$Answer[-1].TrimStart(':')
    $Found = @($Answer | Select-Object -SkipLast 1)
    # Without an answer PowerShell offers its files and folders; an empty one keeps it from that.
    if (-not $Found -and ($Directive -band 4)) { return '' }
    if (-not $Found -or ($Directive -band 24)) { return }

    # The value alone is completed in --option=value.
    $Before = if ($Typed -match '^--[^=]*=') { $Matches[0] } else { '' }
    $After = if ($Directive -band 2) { '' } else { ' ' }
    foreach ($Candidate in $Found) {
        $Name, $Note = $Candidate -split "`t", 2
        $Text = $Name -replace '[\s#@$;,''{}()"`|<>&]', '`$&'
        [System.Management.Automation.CompletionResult]::new("$Before$Text$After", $Name, 'ParameterValue', $(if ($Note) { $Note } else { $Name }))
    }
}
